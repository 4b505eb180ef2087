#pragma once

#include <QWidget>

#include "ui/shared/session.h"

class QLabel;
class QPushButton;
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

/// One quiet message in the middle, and perhaps something to do about it.
class MessagePage : public QWidget {
    Q_OBJECT
public:
    explicit MessagePage(QWidget* parent = nullptr);
    void show(const QString& icon, const QString& title, const QString& text, const QString& action = {});

Q_SIGNALS:
    void acted();

private:
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_action;
};

} // namespace wordsight::ui
