#include "ui/search/photo_actions.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QGuiApplication>
#include <QMimeData>
#include <QUrl>
#include <QWidget>

#include "ui/shared/desktop.h"
#include "ui/shared/icons.h"

namespace wordsight::ui {

namespace {

void copyPath(const QString& path)
{
    auto* data = new QMimeData;
    data->setText(QDir::toNativeSeparators(path));
    data->setUrls({ QUrl::fromLocalFile(path) });
    QGuiApplication::clipboard()->setMimeData(data);
}

} // namespace

PhotoActions::PhotoActions(QWidget* window)
    : QObject(window)
{
    const DesktopFailed failure = boxOver(window);
    m_open = add("open", tr("&Open in viewer"), QKeySequence("Ctrl+Return"),
        [failure](const QString& path) { openWithDesktop(path, failure); });
    add("reveal", tr("&Show in file manager"), QKeySequence("Ctrl+Shift+R"),
        [failure](const QString& path) { revealInFileManager(path, failure); });
    add("copy", tr("&Copy path"), QKeySequence("Ctrl+Shift+C"), copyPath);
    setPhoto({});
}

QAction* PhotoActions::add(
    const QString& icon, const QString& text, const QKeySequence& keys, const std::function<void(const QString&)>& act)
{
    auto* action = new QAction(lineIcon(icon), text, this);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, [this, act] { act(m_path); });
    m_actions.append(action);
    return action;
}

void PhotoActions::open()
{
    m_open->trigger();
}

void PhotoActions::setPhoto(const QString& path)
{
    m_path = path;
    for (QAction* action : m_actions)
        action->setEnabled(!path.isEmpty());
}

} // namespace wordsight::ui
