#include "ui/modality/cloud_plot.h"

#include <algorithm>
#include <cmath>

#include <QMouseEvent>
#include <QPainter>

#include "ui/shared/term_colors.h"

namespace wordsight::ui {

namespace {

constexpr int kMargin = 18;
constexpr double kReach = 10; // how near the cursor must be to a point
constexpr QSize kPicture(168, 126);
constexpr int kTextWidth = 210;
constexpr int kPadding = 8;

QColor colorOf(Modality modality, const QPalette& palette)
{
    return termColor(modality == Modality::Photograph ? 0 : 1, search::TermKind::Word, palette);
}

} // namespace

CloudPlot::CloudPlot(QWidget* parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setAccessibleName(tr("Photographs and sentences as points"));
}

void CloudPlot::setClouds(Points photographs, Points sentences)
{
    m_points = { std::move(photographs), std::move(sentences) };
    m_hit = {};
    m_extent = {};
    for (const Points& cloud : m_points)
        for (const QPointF& point : cloud) {
            const QRectF here(point, QSizeF(1e-9, 1e-9));
            m_extent = m_extent.isNull() ? here : m_extent.united(here);
        }
    m_picture = {};
    setAccessibleDescription(tr("%1 photographs, %2 sentences").arg(m_points[0].size()).arg(m_points[1].size()));
    update();
}

QPointF CloudPlot::place(QPointF point) const
{
    const QRectF room = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin - fontMetrics().height());
    const double scale
        = std::min(room.width() / std::max(m_extent.width(), 1e-6), room.height() / std::max(m_extent.height(), 1e-6));
    const QPointF from = point - m_extent.center();
    return room.center() + QPointF(from.x() * scale, -from.y() * scale);
}

const QPixmap& CloudPlot::picture()
{
    if (!m_picture.isNull() && m_picture.devicePixelRatio() == devicePixelRatioF())
        return m_picture;
    m_picture = QPixmap(size() * devicePixelRatioF());
    m_picture.setDevicePixelRatio(devicePixelRatioF());
    m_picture.fill(palette().color(QPalette::Base));
    QPainter painter(&m_picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    // Many points are small and thin, so that the density of a cloud is seen.
    const auto count = static_cast<double>(m_points[0].size() + m_points[1].size());
    const double radius = std::clamp(70 / std::sqrt(std::max(count, 1.0)), 1.6, 4.5);
    for (const Modality modality : { Modality::Sentence, Modality::Photograph }) {
        QColor color = colorOf(modality, palette());
        color.setAlphaF(count > 2000 ? 0.45f : 0.7f);
        painter.setBrush(color);
        for (const QPointF& point : points(modality))
            painter.drawEllipse(place(point), radius, radius);
    }
    return m_picture;
}

void CloudPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawPixmap(0, 0, picture());
    if (m_points[0].empty() && m_points[1].empty())
        return;
    paintLegend(painter);
    if (m_hit.index < 0)
        return;
    painter.setBrush(colorOf(m_hit.modality, palette()));
    painter.setPen(QPen(palette().color(QPalette::Text), 2));
    painter.drawEllipse(place(points(m_hit.modality)[static_cast<std::size_t>(m_hit.index)]), 6, 6);
    paintCard(painter);
}

void CloudPlot::paintLegend(QPainter& painter)
{
    double x = kMargin;
    const double y = height() - kMargin + 2;
    for (const auto& [modality, text] :
        { std::pair(Modality::Photograph, tr("photographs")), std::pair(Modality::Sentence, tr("sentences")) }) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colorOf(modality, palette()));
        painter.drawEllipse(QPointF(x + 5, y - fontMetrics().ascent() / 2.5), 4.5, 4.5);
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(QPointF(x + 16, y), text);
        x += 16 + fontMetrics().horizontalAdvance(text) + 18;
    }
}

void CloudPlot::paintCard(QPainter& painter)
{
    const auto index = static_cast<std::size_t>(m_hit.index);
    const QPointF at = place(points(m_hit.modality)[index]);
    const bool isPhoto = m_hit.modality == Modality::Photograph;
    const QString text = !isPhoto && textOf ? textOf(index) : QString();
    const QRect room(0, 0, kTextWidth, 400);
    const QSize inside = isPhoto ? kPicture : fontMetrics().boundingRect(room, Qt::TextWordWrap, text).size();
    QRectF card(at + QPointF(12, 12), QSizeF(inside) + QSizeF(2 * kPadding, 2 * kPadding));
    if (card.right() > width())
        card.moveRight(at.x() - 12);
    if (card.bottom() > height())
        card.moveBottom(at.y() - 12);
    card.moveLeft(std::max(2.0, card.left()));
    card.moveTop(std::max(2.0, card.top()));
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(palette().color(QPalette::ToolTipBase));
    painter.drawRoundedRect(card, 7, 7);
    const QRectF content = card.adjusted(kPadding, kPadding, -kPadding, -kPadding);
    if (!isPhoto) {
        painter.setPen(palette().color(QPalette::ToolTipText));
        painter.drawText(content, Qt::TextWordWrap, text);
        return;
    }
    const QPixmap pixmap = pictureOf ? pictureOf(index) : QPixmap();
    if (pixmap.width() <= 1)
        return;
    QRectF target(QPointF(), QSizeF(pixmap.size()).scaled(content.size(), Qt::KeepAspectRatio));
    target.moveCenter(content.center());
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawPixmap(target, pixmap, pixmap.rect());
}

CloudPlot::Hit CloudPlot::hitAt(QPointF position) const
{
    Hit hit;
    double nearest = kReach * kReach;
    for (const Modality modality : { Modality::Photograph, Modality::Sentence })
        for (std::size_t i = 0; i < points(modality).size(); ++i) {
            const QPointF apart = place(points(modality)[i]) - position;
            const double distance = QPointF::dotProduct(apart, apart);
            if (distance < nearest) {
                nearest = distance;
                hit = { modality, static_cast<int>(i) };
            }
        }
    return hit;
}

void CloudPlot::setHit(const Hit& hit)
{
    if (hit == m_hit)
        return;
    m_hit = hit;
    update();
}

void CloudPlot::pointAt(Modality modality, int index)
{
    setHit(index < static_cast<int>(points(modality).size()) ? Hit { modality, index } : Hit {});
}

void CloudPlot::mouseMoveEvent(QMouseEvent* event)
{
    const Hit hit = hitAt(event->position());
    if (hit == m_hit)
        return;
    setHit(hit);
    Q_EMIT pointedAt(hit.modality, hit.index);
}

void CloudPlot::leaveEvent(QEvent*)
{
    setHit({});
    Q_EMIT pointedAt(Modality::Photograph, -1);
}

void CloudPlot::resizeEvent(QResizeEvent*)
{
    m_picture = {};
}

void CloudPlot::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        m_picture = {};
    QWidget::changeEvent(event);
}

} // namespace wordsight::ui
