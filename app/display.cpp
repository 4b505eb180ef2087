#include "app/display.h"

#include <QDir>
#include <QLibraryInfo>

namespace wordsight::app {

std::optional<std::string> prepareDisplay()
{
    const auto isSet = [](const char* name) { return !qEnvironmentVariableIsEmpty(name); };
    if (isSet("QT_QPA_PLATFORM") || isSet("DISPLAY"))
        return std::nullopt;
    if (!isSet("WAYLAND_DISPLAY"))
        return "There is no display to show a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. Without a window, "
               "use wordsight-cli.";
    QStringList folders = qEnvironmentVariable("QT_PLUGIN_PATH").split(':', Qt::SkipEmptyParts);
    folders << QLibraryInfo::path(QLibraryInfo::PluginsPath);
    for (const QString& folder : folders)
        if (!QDir(folder + "/platforms").entryList({ "libqwayland*" }).isEmpty()) {
            qputenv("QT_QPA_PLATFORM", "wayland");
            return std::nullopt;
        }
    return "This is a Wayland session, and Qt's part for it is not installed. Install the package qt6-wayland, or "
           "start "
           "the program under XWayland.";
}

} // namespace wordsight::app
