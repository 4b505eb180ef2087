#include "ui/inspector/elided_label.h"

#include <QPainter>

namespace wordsight::ui {

void ElidedLabel::setText(const QString& text, const QString& toolTip)
{
    m_text = text;
    setToolTip(toolTip);
    setAccessibleName(text);
    updateGeometry();
    update();
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(
        rect(), Qt::AlignLeft | Qt::AlignVCenter, fontMetrics().elidedText(m_text, Qt::ElideMiddle, width()));
}

} // namespace wordsight::ui
