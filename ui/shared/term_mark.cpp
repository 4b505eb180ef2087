#include "ui/shared/term_mark.h"

#include <QPainter>

namespace wordsight::ui {

void paintTermMark(
    QPainter& painter, const QRectF& rect, std::size_t index, search::TermKind kind, const QColor& color, bool hollow)
{
    painter.setPen(hollow ? QPen(color, 1.5) : QPen(Qt::NoPen));
    painter.setBrush(hollow ? QBrush(Qt::NoBrush) : QBrush(color));
    if (kind != search::TermKind::Word) {
        painter.drawRoundedRect(rect, 2, 2);
        return;
    }
    const QPointF top(rect.center().x(), rect.top()), bottom(rect.center().x(), rect.bottom());
    switch (index % 4) {
    case 0:
        return painter.drawEllipse(rect);
    case 1:
        return painter.drawPolygon(
            QPolygonF { top, { rect.right(), rect.center().y() }, bottom, { rect.left(), rect.center().y() } });
    case 2:
        return painter.drawPolygon(QPolygonF { top, rect.bottomRight(), rect.bottomLeft() });
    default:
        return painter.drawPolygon(QPolygonF { bottom, rect.topLeft(), rect.topRight() });
    }
}

} // namespace wordsight::ui
