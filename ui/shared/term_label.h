#pragma once

#include <QCoreApplication>
#include <QString>

#include "core/search/query.h"

namespace wordsight::ui {

/// What a term is called: the word itself, or "whole sentence".
inline QString termLabel(search::TermKind kind, const std::string& label)
{
    return kind == search::TermKind::Global ? QCoreApplication::translate("Term", "whole sentence")
                                            : QString::fromStdString(label);
}

} // namespace wordsight::ui
