#include "ui/shared/progress_text.h"

#include <cmath>

#include <QCoreApplication>
#include <QLocale>

namespace wordsight::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Progress", text);
}

QString duration(double seconds)
{
    if (seconds < 90)
        return tr("%1 s left").arg(std::ceil(seconds));
    if (seconds < 90 * 60)
        return tr("%1 min left").arg(std::round(seconds / 60));
    return tr("%1 h left").arg(seconds / 3600, 0, 'f', 1);
}

} // namespace

QString progressText(const Progress& progress)
{
    const QLocale locale;
    QStringList parts { QString::fromStdString(progress.stage) };
    if (progress.total > 0)
        parts << tr("%1 of %2")
                     .arg(locale.toString(qlonglong(progress.done)), locale.toString(qlonglong(progress.total)));
    else if (progress.done > 0)
        parts << locale.toString(qlonglong(progress.done));
    if (progress.perSecond > 0)
        parts << tr("%1 per second").arg(locale.toString(progress.perSecond, 'f', 1));
    if (progress.secondsRemaining)
        parts << duration(*progress.secondsRemaining);
    return parts.join(QString::fromUtf8(" · "));
}

} // namespace wordsight::ui
