#pragma once

#include <array>

#include <QWidget>

class QButtonGroup;

namespace wordsight::ui {

enum class PageKind { Search, Compare, Evaluate, Modality };
inline constexpr std::array kPageKinds { PageKind::Search, PageKind::Compare, PageKind::Evaluate, PageKind::Modality };

/// The quiet way from page to page, at the right end of the menu bar.
class PageSwitch : public QWidget {
    Q_OBJECT
public:
    explicit PageSwitch(QWidget* parent = nullptr);
    void setCurrent(PageKind page); ///< from outside: no signal

Q_SIGNALS:
    void chosen(wordsight::ui::PageKind page);

private:
    QButtonGroup* m_buttons;
};

QString pageName(PageKind page);

} // namespace wordsight::ui
