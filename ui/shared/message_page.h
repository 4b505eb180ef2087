#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace wordsight::ui {

/// Text in the middle of an empty page: a title, larger by `scale`, or what is said below one.
QLabel* centredTitle(QWidget* parent, double scale);
QLabel* centredText(QWidget* parent, double scale = 1);

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
