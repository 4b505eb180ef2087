#pragma once

#include <array>
#include <functional>
#include <vector>

#include <QPixmap>
#include <QWidget>

namespace wordsight::ui {

enum class Modality { Photograph, Sentence };

/// Two clouds of points on one plane: photographs and sentences. The point under the cursor says what it is.
class CloudPlot : public QWidget {
    Q_OBJECT
public:
    using Points = std::vector<QPointF>;

    explicit CloudPlot(QWidget* parent = nullptr);
    /// Any units; both axes are drawn on one scale.
    void setClouds(Points photographs, Points sentences);
    /// What is shown beside a point: a picture (null while it is being read) or a text. Asked while painting.
    std::function<QPixmap(std::size_t)> pictureOf;
    std::function<QString(std::size_t)> textOf;

    /// As if it were pointed at here; nothing for an index that is not there.
    void pointAt(Modality modality, int index);

    QSize minimumSizeHint() const override { return { 240, 240 }; }
    QSize sizeHint() const override { return { 460, 460 }; }

Q_SIGNALS:
    void pointedAt(wordsight::ui::Modality modality, int index); ///< -1: nothing

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct Hit {
        Modality modality = Modality::Photograph;
        int index = -1;
        bool operator==(const Hit&) const = default;
    };
    const Points& points(Modality modality) const { return m_points[static_cast<std::size_t>(modality)]; }
    QPointF place(QPointF point) const;
    Hit hitAt(QPointF position) const;
    void setHit(const Hit& hit);
    const QPixmap& picture();
    void paintLegend(QPainter& painter);
    void paintCard(QPainter& painter);

    std::array<Points, 2> m_points;
    QRectF m_extent;
    QPixmap m_picture; ///< both clouds; null: to be painted again
    Hit m_hit;
};

} // namespace wordsight::ui
