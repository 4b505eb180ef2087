#pragma once

#include <QLocale>
#include <QString>

namespace wordsight::ui {

/// `one` for a single thing, else `many` with the number for its %1.
inline QString counted(qlonglong count, const QString& one, const QString& many)
{
    return count == 1 ? one : many.arg(QLocale().toString(count));
}

} // namespace wordsight::ui
