#pragma once

#include <QWidget>

#include "ui/shared/session.h"

class QVBoxLayout;

namespace wordsight::ui {

/// What is shown before any library is open: a place to drop a folder on, a button, and recent libraries.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setRecent(const QList<Session::Recent>& recent);
    /// Lit while a folder is dragged over the window.
    void setDropping(bool dropping);

Q_SIGNALS:
    void openRequested();
    void libraryChosen(const QString& folder);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* m_target;
    QVBoxLayout* m_recent;
    bool m_dropping = false;
};

} // namespace wordsight::ui
