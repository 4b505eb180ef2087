#pragma once

#include <QImage>
#include <QWidget>

#include "ui/inspector/heatmap_layer.h"
#include "ui/inspector/inspection_state.h"
#include "ui/inspector/photo_placement.h"
#include "ui/inspector/photo_pyramid.h"

namespace wordsight::ui {

class RegionCard;

/// The photograph with the heatmap of the shown term over it. Wheel: zoom; drag: move; double click: full size or
/// fitted; the cursor points at a region. Keys: Left and Right choose the word, + and − the opacity, 0 fits, 1 shows
/// full size, R outlines the regions.
class PhotoView : public QWidget {
    Q_OBJECT
public:
    PhotoView(InspectionState& state, QWidget* parent = nullptr);

    void setPhotograph(const PhotoPyramid& photograph);
    /// In the photograph's place: why there is none.
    void setMessage(const QString& message);
    bool hasPhotograph() const { return !m_photograph.isEmpty(); }

    void fit();
    void showFullSize();
    /// The same part of the photograph as another view shows; no signal.
    void showLike(const PhotoPlacement& other);
    const PhotoPlacement& placement() const { return m_placement; }

    /// What is seen of the photograph, with heatmap and outlines, without what the cursor adds.
    QImage picture();

    QSize sizeHint() const override { return { 540, 400 }; }
    QSize minimumSizeHint() const override { return { 220, 120 }; }

Q_SIGNALS:
    void placementChanged();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void subjectChanged();
    void regionChanged(int region, int before);
    void pointAt(QPointF position);
    void placementMoved();
    void describe();
    QColor ground() const;
    float fading() const;
    const QImage& backdrop();
    void paintPicture(QPainter& painter, const QRectF& taken);
    QString caption() const; ///< what is shown, over the photograph's upper left corner
    void paintCaption(QPainter& painter);
    void paintLegend(QPainter& painter);

    InspectionState& m_state;
    HeatmapLayer m_heatmaps;
    PhotoPlacement m_placement;
    PhotoPyramid m_photograph;
    QImage m_backdrop; ///< the photograph as placed; null: to be painted again
    float m_faded = 0; ///< how far its colours are taken out
    QString m_message;
    RegionCard* m_card;
    QPointF m_draggedFrom;
    bool m_dragging = false;
};

} // namespace wordsight::ui
