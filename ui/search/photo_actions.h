#pragma once

#include <functional>

#include <QList>
#include <QObject>

class QAction;
class QWidget;

namespace wordsight::ui {

/// What can be done with the photograph in hand: open, show in the file manager, copy its path or itself.
class PhotoActions : public QObject {
    Q_OBJECT
public:
    explicit PhotoActions(QWidget* window);

    void setPhoto(const QString& path); ///< empty: none in hand
    void open();                        ///< in the viewer of the desktop
    QList<QAction*> actions() const { return m_actions; }

private:
    QAction* add(const QString& icon, const QString& text, const QKeySequence& keys,
        const std::function<void(const QString&)>& act);
    QString m_path;
    QAction* m_open;
    QList<QAction*> m_actions;
};

} // namespace wordsight::ui
