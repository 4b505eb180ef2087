#pragma once

#include <QStyledItemDelegate>

namespace wordsight::ui {

/// A failure: the right photograph, what was asked and where it came, and what came first.
class FailureDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace wordsight::ui
