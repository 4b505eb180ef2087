#pragma once

#include <QStyledItemDelegate>

namespace wordsight::ui {

/// A tile: thumbnail, rank, score and the strip of contributions; without a sentence thumbnail and name.
class ResultDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void setTileSize(const QSize& size) { m_size = size; }
    /// Height of a tile of this width.
    static int heightFor(int width, const QFontMetrics& metrics);

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return m_size; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QSize m_size { 200, 200 };
};

} // namespace wordsight::ui
