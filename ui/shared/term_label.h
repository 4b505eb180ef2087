#pragma once

#include <QCoreApplication>
#include <QString>

#include "core/search/query.h"

namespace wordsight::ui {

/// What a term is called: the word itself, "whole sentence", or what a word adds to that.
inline QString termLabel(search::TermKind kind, const std::string& label)
{
    switch (kind) {
    case search::TermKind::Global:
        return QCoreApplication::translate("Term", "whole sentence");
    case search::TermKind::Part:
        return QCoreApplication::translate("Term", "%1 in the whole").arg(QString::fromStdString(label));
    default:
        return QString::fromStdString(label);
    }
}

} // namespace wordsight::ui
