#include "ui/evaluate/recall_plot.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include "ui/shared/number_text.h"
#include "ui/shared/term_colors.h"

namespace wordsight::ui {

namespace {

constexpr std::array<std::size_t, 10> kTicks { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000 };
constexpr int kPadding = 8;
constexpr int kSwatch = 26;

} // namespace

RecallPlot::RecallPlot(QWidget* parent)
    : QWidget(parent)
{
    setObjectName("recallPlot");
    setMouseTracking(true);
    describe();
}

void RecallPlot::setLines(std::vector<Line> lines)
{
    m_lines = std::move(lines);
    m_pointedAt = 0;
    describe();
    update();
}

void RecallPlot::describe()
{
    QStringList parts;
    for (const Line& line : m_lines)
        for (const std::size_t k : { std::size_t { 1 }, std::size_t { 10 } })
            if (k <= line.recall.size())
                parts << tr("%1: R@%2 %3").arg(line.name).arg(k).arg(line.recall[k - 1], 0, 'f', 1);
    setAccessibleName(tr("Recall curves"));
    setAccessibleDescription(parts.join("; "));
}

std::size_t RecallPlot::longest() const
{
    std::size_t length = 2;
    for (const Line& line : m_lines)
        length = std::max(length, line.recall.size());
    return length;
}

QRectF RecallPlot::area() const
{
    const QFontMetricsF metrics(font());
    return QRectF(rect()).adjusted(metrics.horizontalAdvance("100") + 2 * kPadding, kPadding + metrics.height() / 2,
        -2 * kPadding, -metrics.height() * 2 - 2 * kPadding);
}

QPointF RecallPlot::place(std::size_t k, double recall) const
{
    const QRectF inside = area();
    const double share = std::log(static_cast<double>(k)) / std::log(static_cast<double>(longest()));
    return { inside.left() + share * inside.width(), inside.bottom() - recall / 100 * inside.height() };
}

std::size_t RecallPlot::resultsAt(double x) const
{
    const QRectF inside = area();
    const double share = std::clamp((x - inside.left()) / inside.width(), 0.0, 1.0);
    return static_cast<std::size_t>(std::lround(std::pow(static_cast<double>(longest()), share)));
}

QColor RecallPlot::color(const Line& line) const
{
    return termColor(line.colour, search::TermKind::Word, palette());
}

void RecallPlot::paintGrid(QPainter& painter)
{
    const QRectF inside = area();
    const QFontMetricsF metrics(font());
    const QColor quiet = palette().color(QPalette::PlaceholderText);
    for (int recall = 0; recall <= 100; recall += 20) {
        const double y = place(1, recall).y();
        painter.setPen(QPen(palette().color(recall == 0 ? QPalette::Mid : QPalette::Midlight), 1));
        painter.drawLine(QPointF(inside.left(), y), QPointF(inside.right(), y));
        painter.setPen(quiet);
        painter.drawText(QRectF(0, y - metrics.height() / 2, inside.left() - kPadding, metrics.height()),
            Qt::AlignRight | Qt::AlignVCenter, QString::number(recall));
    }
    for (const std::size_t k : kTicks) {
        if (k > longest())
            break;
        const double x = place(k, 0).x();
        painter.setPen(QPen(palette().color(QPalette::Midlight), 1));
        painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()));
        painter.setPen(quiet);
        painter.drawText(
            QRectF(x - 30, inside.bottom() + 4, 60, metrics.height()), Qt::AlignHCenter, QString::number(k));
    }
    painter.drawText(QRectF(inside.left(), inside.bottom() + 4 + metrics.height(), inside.width(), metrics.height()),
        Qt::AlignHCenter, tr("results looked at (K) — recall R@K in percent"));
}

void RecallPlot::paintReading(QPainter& painter)
{
    const QRectF inside = area();
    const QFontMetricsF metrics(font());
    double width = 0;
    for (const Line& line : m_lines)
        width = std::max(width, metrics.horizontalAdvance(line.name));
    const double number = metrics.horizontalAdvance("100.0") + kPadding;
    const double lineHeight = metrics.height() + 3;
    const bool reading = m_pointedAt > 0;
    const double head = reading ? lineHeight : 0;
    const QSizeF size(kSwatch + width + (reading ? number : 0) + 3 * kPadding,
        static_cast<double>(m_lines.size()) * lineHeight + head + kPadding);
    const QRectF box(inside.bottomRight() - QPointF(size.width() + kPadding, size.height() + kPadding), size);
    QColor ground = palette().color(QPalette::Base);
    ground.setAlpha(235);
    painter.setPen(palette().color(QPalette::Midlight));
    painter.setBrush(ground);
    painter.drawRoundedRect(box, 6, 6);
    QRectF row(box.left() + kPadding, box.top() + kPadding / 2.0, box.width() - 2 * kPadding, lineHeight);
    if (reading) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, QString("R@%1").arg(m_pointedAt));
        row.translate(0, lineHeight);
    }
    for (const Line& line : m_lines) {
        painter.setPen(QPen(color(line), 2, line.dashed ? Qt::DashLine : Qt::SolidLine));
        painter.drawLine(QPointF(row.left(), row.center().y()), QPointF(row.left() + kSwatch - 6, row.center().y()));
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(row.adjusted(kSwatch, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, line.name);
        if (reading && m_pointedAt <= line.recall.size())
            painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, numberText(line.recall[m_pointedAt - 1], 1));
        row.translate(0, lineHeight);
    }
}

void RecallPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_lines.empty())
        return;
    paintGrid(painter);
    if (m_pointedAt > 0) {
        const double x = place(m_pointedAt, 0).x();
        painter.setPen(QPen(palette().color(QPalette::Mid), 1));
        painter.drawLine(QPointF(x, area().top()), QPointF(x, area().bottom()));
    }
    for (const Line& line : m_lines) {
        QPainterPath path;
        for (std::size_t k = 1; k <= line.recall.size(); ++k)
            k == 1 ? path.moveTo(place(k, line.recall[0])) : path.lineTo(place(k, line.recall[k - 1]));
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color(line), 2, line.dashed ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(path);
        if (m_pointedAt > 0 && m_pointedAt <= line.recall.size()) {
            painter.setBrush(color(line));
            painter.setPen(Qt::NoPen);
            painter.drawEllipse(place(m_pointedAt, line.recall[m_pointedAt - 1]), 3.5, 3.5);
        }
    }
    paintReading(painter);
}

void RecallPlot::mouseMoveEvent(QMouseEvent* event)
{
    const bool inside = !m_lines.empty() && area().adjusted(-4, -4, 4, 4).contains(event->position());
    const std::size_t k = inside ? resultsAt(event->position().x()) : 0;
    if (std::exchange(m_pointedAt, k) != k)
        update();
}

void RecallPlot::leaveEvent(QEvent*)
{
    m_pointedAt = 0;
    update();
}

} // namespace wordsight::ui
