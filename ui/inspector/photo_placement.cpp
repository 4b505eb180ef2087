#include "ui/inspector/photo_placement.h"

#include <algorithm>

namespace wordsight::ui {

namespace {

constexpr qreal kLargestPixel = 24;

/// Centred where it fits, else without a gap.
qreal placed(qreal at, qreal length, qreal room)
{
    return length <= room ? (room - length) / 2 : std::clamp(at, room - length, 0.0);
}

} // namespace

void PhotoPlacement::setPhotograph(QSize pixels)
{
    m_photograph = pixels.expandedTo({ 1, 1 });
    fit();
}

void PhotoPlacement::setView(QSizeF size, qreal devicePixelRatio)
{
    const QPointF middle = fractions(m_view.center());
    m_view = QRectF({}, size);
    m_devicePixelRatio = devicePixelRatio;
    if (m_fitted)
        return fit();
    m_origin = m_view.center()
        - QPointF(middle.x() * m_photograph.width() * m_scale, middle.y() * m_photograph.height() * m_scale);
    keepInView();
}

qreal PhotoPlacement::fitScale() const
{
    return std::min(m_view.width() / m_photograph.width(), m_view.height() / m_photograph.height());
}

void PhotoPlacement::fit()
{
    m_fitted = true;
    m_scale = fitScale();
    keepInView();
}

void PhotoPlacement::zoomTo(qreal scale, QPointF around)
{
    const QPointF at = (around - m_origin) / m_scale;
    const qreal smallest = std::min(fitScale(), fullScale());
    m_scale = std::clamp(scale, smallest, std::max(smallest, kLargestPixel * fullScale()));
    m_fitted = qFuzzyCompare(m_scale, fitScale());
    m_origin = around - at * m_scale;
    keepInView();
}

void PhotoPlacement::moveBy(QPointF offset)
{
    m_origin += offset;
    keepInView();
}

void PhotoPlacement::showLike(const PhotoPlacement& other)
{
    if (other.m_fitted)
        return fit();
    const QPointF middle = other.fractions(other.m_view.center());
    m_fitted = false;
    m_scale = other.m_scale;
    m_origin = m_view.center()
        - QPointF(middle.x() * m_photograph.width() * m_scale, middle.y() * m_photograph.height() * m_scale);
    keepInView();
}

void PhotoPlacement::keepInView()
{
    const QSizeF size = QSizeF(m_photograph) * m_scale;
    m_origin
        = { placed(m_origin.x(), size.width(), m_view.width()), placed(m_origin.y(), size.height(), m_view.height()) };
}

QPointF PhotoPlacement::fractions(QPointF inView) const
{
    const QRectF area = target();
    return { (inView.x() - area.x()) / area.width(), (inView.y() - area.y()) / area.height() };
}

QRectF PhotoPlacement::rectangle(const Box& box) const
{
    const QRectF area = target();
    return { area.x() + box.x * area.width(), area.y() + box.y * area.height(), box.w * area.width(),
        box.h * area.height() };
}

} // namespace wordsight::ui
