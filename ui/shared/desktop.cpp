#include "ui/shared/desktop.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDesktopServices>
#include <QFileInfo>
#include <QGuiApplication>
#include <QUrl>

namespace wordsight::ui {

namespace {

void openFolderOf(const QString& file)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(file).absolutePath()));
}

} // namespace

void revealInFileManager(const QString& file)
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return openFolderOf(file);
    QDBusMessage call = QDBusMessage::createMethodCall(
        "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1", "ShowItems");
    call << QStringList { QUrl::fromLocalFile(file).toString(QUrl::FullyEncoded) } << QString();
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), qGuiApp);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, qGuiApp, [watcher, file] {
        if (watcher->isError())
            openFolderOf(file);
        watcher->deleteLater();
    });
}

void openWithDesktop(const QString& file)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(file));
}

} // namespace wordsight::ui
