#pragma once

#include <array>

#include <QWidget>

class QButtonGroup;

namespace wordsight::ui {

enum class Page { Search, Compare, Evaluate, Modality };
inline constexpr std::array kPages { Page::Search, Page::Compare, Page::Evaluate, Page::Modality };

/// The quiet way from page to page, at the right end of the menu bar.
class PageSwitch : public QWidget {
    Q_OBJECT
public:
    explicit PageSwitch(QWidget* parent = nullptr);
    void setCurrent(Page page); ///< from outside: no signal

Q_SIGNALS:
    void chosen(wordsight::ui::Page page);

private:
    QButtonGroup* m_buttons;
};

QString pageName(Page page);

} // namespace wordsight::ui
