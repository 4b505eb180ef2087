#pragma once

#include <vector>

#include <QWidget>

namespace wordsight::ui {

/// Recall over the number of results looked at, a line for each model and direction, on a logarithmic axis. Pointing at
/// it reads off every line there.
class RecallPlot : public QWidget {
    Q_OBJECT
public:
    struct Line {
        QString name;
        std::size_t colour = 0;     ///< lines of one model share it
        bool dashed = false;        ///< image to text
        std::vector<double> recall; ///< R@1, R@2, … in percent
    };

    explicit RecallPlot(QWidget* parent = nullptr);
    void setLines(std::vector<Line> lines);

    QSize sizeHint() const override { return { 560, 380 }; }
    QSize minimumSizeHint() const override { return { 280, 200 }; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QRectF area() const;
    std::size_t longest() const;
    QPointF place(std::size_t k, double recall) const;
    std::size_t resultsAt(double x) const; ///< K
    QColor color(const Line& line) const;
    void paintGrid(QPainter& painter);
    void paintReading(QPainter& painter);
    void describe();

    std::vector<Line> m_lines;
    std::size_t m_pointedAt = 0; ///< K; 0: nowhere
};

} // namespace wordsight::ui
