#pragma once

#include <QRectF>
#include <QSize>

#include "core/data/box.h"

namespace wordsight::ui {

/// Where a photograph lies in its view, in the view's coordinates: fitted, or zoomed and moved, never lost.
class PhotoPlacement {
public:
    void setPhotograph(QSize pixels); ///< fitted again
    void setView(QSizeF size, qreal devicePixelRatio);

    void fit();
    /// One pixel of the photograph on one pixel of the screen.
    void showFullSize() { zoomTo(fullScale(), m_view.center()); }
    void zoomBy(qreal factor, QPointF around) { zoomTo(m_scale * factor, around); }
    void moveBy(QPointF offset);
    /// The same part of the same photograph as another view shows.
    void showLike(const PhotoPlacement& other);

    bool isFitted() const { return m_fitted; }
    bool isFullSize() const { return !m_fitted && qFuzzyCompare(m_scale, fullScale()); }
    qreal scale() const { return m_scale; } ///< view units per pixel of the photograph
    QRectF target() const { return { m_origin, QSizeF(m_photograph) * m_scale }; }
    QPointF fractions(QPointF inView) const;
    QRectF rectangle(const Box& box) const;

private:
    qreal fullScale() const { return 1 / m_devicePixelRatio; }
    qreal fitScale() const;
    void zoomTo(qreal scale, QPointF around);
    void keepInView();

    QSize m_photograph { 1, 1 };
    QRectF m_view { 0, 0, 1, 1 };
    qreal m_devicePixelRatio = 1;
    bool m_fitted = true;
    qreal m_scale = 1;
    QPointF m_origin;
};

} // namespace wordsight::ui
