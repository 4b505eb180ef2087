#include "ui/window/page_switch.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

namespace wordsight::ui {

namespace {

constexpr char kStyleSheet[] = R"(
QToolButton { border: none; border-radius: 0; padding: 3px 9px; color: palette(placeholder-text); background: transparent;
              border-bottom: 2px solid transparent; }
QToolButton:hover { color: palette(window-text); background: transparent; }
QToolButton:checked { color: palette(window-text); background: transparent; border-bottom-color: palette(highlight); }
QToolButton:focus { color: palette(highlight); }
)";

QString about(PageKind page)
{
    switch (page) {
    case PageKind::Search:
        return PageSwitch::tr("Search the photographs by sentence");
    case PageKind::Compare:
        return PageSwitch::tr("Two models, poolings or sentences side by side");
    case PageKind::Evaluate:
        return PageSwitch::tr("Measure models on a data set");
    default:
        return PageSwitch::tr("How far models keep photographs and sentences apart");
    }
}

} // namespace

QString pageName(PageKind page)
{
    switch (page) {
    case PageKind::Search:
        return PageSwitch::tr("Search");
    case PageKind::Compare:
        return PageSwitch::tr("Compare");
    case PageKind::Evaluate:
        return PageSwitch::tr("Evaluate");
    default:
        return PageSwitch::tr("Modality");
    }
}

PageSwitch::PageSwitch(QWidget* parent)
    : QWidget(parent)
    , m_buttons(new QButtonGroup(this))
{
    setStyleSheet(kStyleSheet);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 10, 0);
    layout->setSpacing(2);
    for (const PageKind page : kPageKinds) {
        auto* button = new QToolButton(this);
        button->setObjectName("page-" + QString::number(static_cast<int>(page) + 1));
        button->setText(pageName(page));
        button->setToolTip(tr("%1 (Ctrl+%2)").arg(about(page)).arg(static_cast<int>(page) + 1));
        button->setCheckable(true);
        button->setFocusPolicy(Qt::TabFocus);
        m_buttons->addButton(button, static_cast<int>(page));
        layout->addWidget(button);
    }
    setCurrent(PageKind::Search);
    connect(m_buttons, &QButtonGroup::idClicked, this, [this](int id) { Q_EMIT chosen(static_cast<PageKind>(id)); });
}

void PageSwitch::setCurrent(PageKind page)
{
    m_buttons->button(static_cast<int>(page))->setChecked(true);
}

} // namespace wordsight::ui
