#include "ui/inspector/hover_table.h"

#include <QEvent>
#include <QHeaderView>

namespace wordsight::ui {

HoverTable::HoverTable(QWidget* parent)
    : QTableView(parent)
{
    setMouseTracking(true);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false);
    setSelectionMode(QAbstractItemView::NoSelection);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    horizontalHeader()->setHighlightSections(false);
    connect(this, &QAbstractItemView::entered, this, &HoverTable::pointedAt);
    connect(this, &QAbstractItemView::viewportEntered, this, [this] { Q_EMIT pointedAt({}); });
}

bool HoverTable::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        Q_EMIT pointedAt({});
    return QTableView::viewportEvent(event);
}

void HoverTable::focusOutEvent(QFocusEvent* event)
{
    QTableView::focusOutEvent(event);
    Q_EMIT pointedAt({});
}

void HoverTable::keyPressEvent(QKeyEvent* event)
{
    const QModelIndex before = currentIndex();
    QTableView::keyPressEvent(event);
    if (currentIndex() != before)
        Q_EMIT pointedAt(currentIndex());
}

} // namespace wordsight::ui
