#include "ui/shared/desktop.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPointer>
#include <QUrl>

namespace wordsight::ui {

namespace {

/// Whether there is something that could open it, and did not fail at once.
bool opens(const QString& path)
{
    return QDesktopServices::openUrl(QUrl::fromLocalFile(path));
}

bool isThere(const QString& file, const DesktopFailed& failed)
{
    if (QFileInfo::exists(file))
        return true;
    failed(QCoreApplication::translate("Desktop", "%1 is not there now. Connect its drive, or look again (F5).")
               .arg(QDir::toNativeSeparators(file)));
    return false;
}

void openFolderOf(const QString& file, const DesktopFailed& failed)
{
    const QString folder = QFileInfo(file).absolutePath();
    if (!opens(folder))
        failed(QCoreApplication::translate("Desktop",
            "No file manager was found that shows %1. Install one, such as nautilus or thunar, with xdg-utils; or copy "
            "the path (Ctrl+Shift+C).")
                   .arg(QDir::toNativeSeparators(folder)));
}

} // namespace

DesktopFailed boxOver(QWidget* window)
{
    return [window = QPointer(window)](const QString& message) {
        auto* box = new QMessageBox(QMessageBox::Warning, "Wordsight", message, QMessageBox::Ok, window);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    };
}

void revealInFileManager(const QString& file, const DesktopFailed& failed)
{
    if (!isThere(file, failed))
        return;
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return openFolderOf(file, failed);
    QDBusMessage call = QDBusMessage::createMethodCall(
        "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1", "ShowItems");
    call << QStringList { QUrl::fromLocalFile(file).toString(QUrl::FullyEncoded) } << QString();
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), qGuiApp);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, qGuiApp, [watcher, file, failed] {
        if (watcher->isError())
            openFolderOf(file, failed);
        watcher->deleteLater();
    });
}

void openWithDesktop(const QString& file, const DesktopFailed& failed)
{
    if (isThere(file, failed) && !opens(file))
        failed(QCoreApplication::translate("Desktop",
            "No program was found that opens %1. Install one for pictures, such as eog or gwenview, with xdg-utils; or "
            "copy the path (Ctrl+Shift+C).")
                   .arg(QDir::toNativeSeparators(file)));
}

} // namespace wordsight::ui
