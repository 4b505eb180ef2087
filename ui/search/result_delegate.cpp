#include "ui/search/result_delegate.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

#include "ui/search/contribution_strip.h"
#include "ui/search/results_model.h"
#include "ui/shared/term_colors.h"

namespace wordsight::ui {

namespace {

constexpr int kMargin = 6;
constexpr int kPadding = 8;
constexpr int kStrip = 6;
constexpr double kPictureShape = 0.74; // height by width

void paintPicture(QPainter& painter, const QRectF& area, const QPixmap& pixmap, const QPalette& palette)
{
    QPainterPath clip;
    clip.addRoundedRect(area, 7, 7);
    painter.save();
    painter.setClipPath(clip);
    painter.fillRect(area, palette.color(QPalette::AlternateBase));
    if (pixmap.width() > 1) {
        const QSizeF size = QSizeF(pixmap.size()).scaled(area.size(), Qt::KeepAspectRatio);
        QRectF target(QPointF(), size);
        target.moveCenter(area.center());
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawPixmap(target, pixmap, pixmap.rect());
    }
    painter.restore();
}

/// A word in the corner of a picture.
void paintBadge(QPainter& painter, const QRectF& picture, const QString& text, const QStyleOptionViewItem& option)
{
    const QFontMetrics metrics(option.font);
    QRectF badge(0, 0, metrics.horizontalAdvance(text) + 14, metrics.height() + 4);
    badge.moveTopRight(picture.topRight() + QPointF(-6, 6));
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0, 0, 0, 170));
    painter.drawRoundedRect(badge, 6, 6);
    painter.setPen(Qt::white);
    painter.drawText(badge, Qt::AlignCenter, text);
}

QColor deltaColor(const RankDelta& delta, const QPalette& palette)
{
    if (delta.other && delta.places == 0)
        return palette.color(QPalette::PlaceholderText);
    if (!delta.other)
        return palette.color(QPalette::Link);
    const bool dark = isDark(palette);
    return delta.places > 0 ? QColor(dark ? 0xff5fc28e : 0xff1d7f4f) : QColor(dark ? 0xffef8378 : 0xffb93a30);
}

void paintCard(QPainter& painter, const QRectF& card, const QStyleOptionViewItem& option)
{
    const bool selected = option.state & QStyle::State_Selected;
    const bool hovered = option.state & QStyle::State_MouseOver;
    QColor fill = option.palette.color(QPalette::Base);
    QPen border(option.palette.color(hovered ? QPalette::Mid : QPalette::Midlight), 1);
    if (selected) {
        const QColor highlight = option.palette.color(QPalette::Active, QPalette::Highlight);
        fill = QColor::fromRgbF(fill.redF() * 0.84f + highlight.redF() * 0.16f,
            fill.greenF() * 0.84f + highlight.greenF() * 0.16f, fill.blueF() * 0.84f + highlight.blueF() * 0.16f);
        border = QPen(highlight, option.state & QStyle::State_HasFocus ? 2.5 : 1.5);
    }
    painter.setPen(border);
    painter.setBrush(fill);
    painter.drawRoundedRect(card, 10, 10);
}

} // namespace

int ResultDelegate::heightFor(int width, const QFontMetrics& metrics)
{
    const int picture = static_cast<int>((width - 2 * kMargin - 2 * kPadding) * kPictureShape);
    return picture + metrics.height() + kStrip + 2 * kMargin + 2 * kPadding + 14;
}

void ResultDelegate::paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const
{
    const auto* model = qobject_cast<const ResultsModel*>(index.model());
    const engine::ExplainedHit* hit = model ? model->hit(index) : nullptr;
    QStyleOptionViewItem option = given;
    initStyleOption(&option, index);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF card = QRectF(option.rect).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    paintCard(*painter, card, option);

    QRectF inside = card.adjusted(kPadding, kPadding, -kPadding, -kPadding);
    const QRectF picture(inside.topLeft(), QSizeF(inside.width(), inside.width() * kPictureShape));
    paintPicture(*painter, picture, index.data(Qt::DecorationRole).value<QPixmap>(), option.palette);

    if (hit && !hit->offline.empty())
        paintBadge(*painter, picture, tr("offline"), option);
    const QFontMetrics metrics(option.font);
    const QRectF line(inside.left(), picture.bottom() + 7, inside.width(), metrics.height());
    painter->setPen(option.palette.color(QPalette::Text));
    if (!hit) { // it is being explained
        painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter, QString::number(index.row() + 1));
    } else if (hit->terms.empty()) {
        painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
            metrics.elidedText(index.data().toString(), Qt::ElideMiddle, static_cast<int>(line.width())));
    } else {
        QFont bold = option.font;
        bold.setBold(true);
        painter->setFont(bold);
        painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter, QString::number(hit->rank));
        painter->setFont(option.font);
        if (const RankDelta* delta = model->delta(index)) {
            const int rank = QFontMetrics(bold).horizontalAdvance(QString::number(hit->rank)) + 8;
            painter->setPen(deltaColor(*delta, option.palette));
            painter->drawText(line.adjusted(rank, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, deltaText(*delta));
        }
        painter->setPen(option.palette.color(QPalette::PlaceholderText));
        painter->drawText(line, Qt::AlignRight | Qt::AlignVCenter, QString::number(hit->score, 'f', 3));
        const QRectF strip(inside.left(), line.bottom() + 7, inside.width(), kStrip);
        paintContributions(*painter, strip, hit->terms, model->extent(), option.palette);
    }
    painter->restore();
}

} // namespace wordsight::ui
