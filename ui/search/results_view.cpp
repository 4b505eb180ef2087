#include "ui/search/results_view.h"

#include <algorithm>

#include <QScrollBar>
#include <QWheelEvent>

#include "ui/search/result_delegate.h"

namespace wordsight::ui {

ResultsView::ResultsView(QWidget* parent)
    : QListView(parent)
    , m_delegate(new ResultDelegate(this))
{
    setObjectName("results");
    setAccessibleName(tr("Photographs found"));
    setItemDelegate(m_delegate);
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setUniformItemSizes(true);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setContextMenuPolicy(Qt::CustomContextMenu);
    viewport()->setAutoFillBackground(false);
}

void ResultsView::setTileWidth(int width)
{
    m_tileWidth = std::clamp(width, 120, 420);
    fit();
}

void ResultsView::fit()
{
    const int width = viewport()->width() - 1;
    const int columns = std::max(1, width / m_tileWidth);
    const int tile = width / columns;
    const QSize size(tile, ResultDelegate::heightFor(tile, fontMetrics()));
    m_delegate->setTileSize(size);
    setGridSize(size);
    verticalScrollBar()->setSingleStep(size.height() / 4);
}

void ResultsView::resizeEvent(QResizeEvent* event)
{
    fit();
    QListView::resizeEvent(event);
}

void ResultsView::wheelEvent(QWheelEvent* event)
{
    if (!(event->modifiers() & Qt::ControlModifier))
        return QListView::wheelEvent(event);
    setTileWidth(m_tileWidth + (event->angleDelta().y() > 0 ? 24 : -24));
    event->accept();
}

void ResultsView::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QListView::currentChanged(current, previous);
    Q_EMIT currentPhotoChanged(current);
}

} // namespace wordsight::ui
