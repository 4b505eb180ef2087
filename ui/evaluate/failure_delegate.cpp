#include "ui/evaluate/failure_delegate.h"

#include <QPainter>
#include <QPixmap>

#include "ui/evaluate/failure_model.h"

namespace wordsight::ui {

namespace {

constexpr int kPadding = 8;
constexpr QSize kPicture(92, 70);
constexpr int kLines = 3; // of the sentence

void paintPicture(QPainter& painter, const QRect& area, const QPixmap& pixmap, const QPalette& palette)
{
    painter.fillRect(area, palette.color(QPalette::AlternateBase));
    if (pixmap.width() <= 1)
        return;
    QRectF target(QPointF(), QSizeF(pixmap.size()).scaled(area.size(), Qt::KeepAspectRatio));
    target.moveCenter(QRectF(area).center());
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawPixmap(target, pixmap, pixmap.rect());
}

} // namespace

QSize FailureDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return { 3 * kPicture.width(),
        std::max(kPicture.height(), (kLines + 2) * option.fontMetrics.height()) + 2 * kPadding };
}

void FailureDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* model = qobject_cast<const FailureModel*>(index.model());
    const Failure* failure = model ? model->failure(index) : nullptr;
    if (!failure)
        return;
    painter->save();
    if (option.state & QStyle::State_Selected) {
        QColor chosen = option.palette.color(QPalette::Active, QPalette::Highlight);
        chosen.setAlphaF(option.state & QStyle::State_HasFocus ? 0.28f : 0.18f);
        painter->fillRect(option.rect, chosen);
    } else if (option.state & QStyle::State_MouseOver) {
        painter->fillRect(option.rect, option.palette.color(QPalette::Midlight));
    }
    const QRect inside = option.rect.adjusted(kPadding, kPadding, -kPadding, -kPadding);
    paintPicture(
        *painter, QRect(inside.topLeft(), kPicture), index.data(Qt::DecorationRole).value<QPixmap>(), option.palette);
    QRect text = inside.adjusted(kPicture.width() + kPadding, 0, 0, 0);
    if (failure->hasOtherPhotograph) {
        const QRect first(QPoint(inside.right() - kPicture.width() + 1, inside.top()), kPicture);
        paintPicture(*painter, first, index.data(FailureModel::FirstPicture).value<QPixmap>(), option.palette);
        text.setRight(first.left() - kPadding);
    }
    const QFontMetrics& metrics = option.fontMetrics;
    painter->setPen(option.palette.color(QPalette::Text));
    const QRect sentence(text.topLeft(), QSize(text.width(), kLines * metrics.height()));
    painter->drawText(sentence, Qt::TextWordWrap, QString::fromStdString(failure->answer.sentence));
    painter->setPen(option.palette.color(QPalette::PlaceholderText));
    const QRect below(text.left(), sentence.bottom() + 1, text.width(), 2 * metrics.height());
    painter->drawText(below, Qt::TextWordWrap, failure->verdict);
    painter->restore();
}

} // namespace wordsight::ui
