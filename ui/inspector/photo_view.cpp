#include "ui/inspector/photo_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QKeyEvent>
#include <QPainter>
#include <QWheelEvent>

#include "ui/inspector/region_card.h"
#include "ui/inspector/region_outlines.h"
#include "ui/shared/number_text.h"
#include "ui/shared/term_colors.h"

namespace wordsight::ui {

namespace {

constexpr float kOpacityStep = 0.1f;
constexpr double kZoomPerEighth = 1.0015; // of a degree of the wheel
constexpr QSize kLegend(120, 6);
constexpr qreal kEdge = 8;

} // namespace

PhotoView::PhotoView(InspectionState& state, QWidget* parent)
    : QWidget(parent)
    , m_state(state)
    , m_heatmaps(state)
    , m_card(new RegionCard(state, this))
{
    setObjectName("photo");
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&state, &InspectionState::subjectChanged, this, &PhotoView::subjectChanged);
    connect(&state, &InspectionState::hoveredRegionChanged, this, &PhotoView::regionChanged);
    connect(&state, &InspectionState::shownTermChanged, this, [this] {
        describe();
        update();
    });
    connect(&state, &InspectionState::styleChanged, this, [this] {
        m_heatmaps.restyle();
        update();
    });
    describe();
}

void PhotoView::setPhotograph(const PhotoPyramid& photograph)
{
    m_photograph = photograph;
    m_message.clear();
    m_heatmaps.reset(photograph.size());
    m_placement.setPhotograph(photograph.size());
    placementMoved();
}

void PhotoView::setMessage(const QString& message)
{
    m_photograph = {};
    m_message = message;
    placementMoved();
    describe();
}

void PhotoView::subjectChanged()
{
    if (hasPhotograph())
        m_heatmaps.reset(m_photograph.size());
    describe();
    update();
}

void PhotoView::describe()
{
    const int region = m_state.bestRegion(m_state.shownTerm());
    const QString where = region < 0 ? QString() : tr(", best at %1").arg(m_state.regionNames().name(region));
    setAccessibleName(m_message.isEmpty() ? tr("Photograph") : m_message);
    const QString label = m_state.label(m_state.shownTerm());
    if (!m_state.hasBoxes())
        setAccessibleDescription(tr("No heatmap of %1: the features came without boxes%2").arg(label, where));
    else if (m_state.termCount() > 0 && !m_state.hasMap(m_state.shownTerm()))
        setAccessibleDescription(tr("%1 has no map: it is compared with the whole photograph").arg(label));
    else
        setAccessibleDescription(tr("Heatmap of %1%2").arg(label, where));
}

void PhotoView::fit()
{
    m_placement.fit();
    placementMoved();
}

void PhotoView::showFullSize()
{
    m_placement.showFullSize();
    placementMoved();
}

void PhotoView::showLike(const PhotoPlacement& other)
{
    m_placement.showLike(other);
    m_backdrop = {};
    update();
}

void PhotoView::placementMoved()
{
    m_backdrop = {};
    update();
    Q_EMIT placementChanged();
}

void PhotoView::regionChanged(int region, int before)
{
    update(outlineArea(m_state, m_placement, before));
    update(outlineArea(m_state, m_placement, region));
    if (region < 0)
        return;
    // Pointed at in the matrix, the card keeps off the region instead of off the cursor.
    const QPoint cursor
        = underMouse() ? mapFromGlobal(QCursor::pos()) : outlineArea(m_state, m_placement, region).center();
    m_card->place(rect(), cursor);
}

void PhotoView::pointAt(QPointF position)
{
    const bool inside = hasPhotograph() && m_placement.target().contains(position);
    m_state.hoverRegion(inside ? m_state.regionAt(m_placement.fractions(position)) : -1);
    if (m_state.hoveredRegion() >= 0)
        m_card->place(rect(), position.toPoint());
}

bool PhotoView::event(QEvent* event)
{
    switch (event->type()) {
    case QEvent::Leave:
        m_state.hoverRegion(-1);
        break;
    case QEvent::PaletteChange:
        placementMoved();
        break;
    case QEvent::FocusIn:
    case QEvent::FocusOut:
        update();
        break;
    default:
        break;
    }
    return QWidget::event(event);
}

void PhotoView::resizeEvent(QResizeEvent*)
{
    m_placement.setView(size(), devicePixelRatioF());
    placementMoved();
}

void PhotoView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)
        return event->ignore();
    m_draggedFrom = event->position();
    m_dragging = true;
}

void PhotoView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging && !m_placement.isFitted()) {
        setCursor(Qt::ClosedHandCursor);
        m_placement.moveBy(event->position() - std::exchange(m_draggedFrom, event->position()));
        placementMoved();
        return;
    }
    pointAt(event->position());
}

void PhotoView::mouseReleaseEvent(QMouseEvent* event)
{
    m_dragging = false;
    unsetCursor();
    pointAt(event->position());
}

void PhotoView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        m_placement.isFitted() ? showFullSize() : fit();
}

void PhotoView::wheelEvent(QWheelEvent* event)
{
    if (!hasPhotograph())
        return event->ignore();
    m_placement.zoomBy(std::pow(kZoomPerEighth, event->angleDelta().y()), event->position());
    placementMoved();
    pointAt(event->position());
    event->accept();
}

void PhotoView::keyPressEvent(QKeyEvent* event)
{
    align::HeatStyle style = m_state.style();
    switch (event->key()) {
    case Qt::Key_Left:
        return m_state.chooseNextTerm(-1);
    case Qt::Key_Right:
        return m_state.chooseNextTerm(1);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        style.opacity = std::min(1.0f, style.opacity + kOpacityStep);
        break;
    case Qt::Key_Minus:
        style.opacity = std::max(0.0f, style.opacity - kOpacityStep);
        break;
    case Qt::Key_R:
        return m_state.showOutlines(!m_state.showsOutlines());
    case Qt::Key_0:
        return fit();
    case Qt::Key_1:
        return showFullSize();
    default:
        return event->ignore();
    }
    m_state.setStyle(style);
}

QColor PhotoView::ground() const
{
    return palette().color(isDark(palette()) ? QPalette::Dark : QPalette::AlternateBase);
}

float PhotoView::fading() const
{
    return m_state.hasMap(m_state.shownTerm()) ? align::fadeOf(m_state.style()) : 0;
}

const QImage& PhotoView::backdrop()
{
    // The window may have gone to a screen with other pixels.
    const bool sameScreen = m_backdrop.devicePixelRatio() == devicePixelRatioF();
    if (!m_backdrop.isNull() && sameScreen && m_faded == fading())
        return m_backdrop;
    m_placement.setView(size(), devicePixelRatioF());
    m_faded = fading();
    m_backdrop = QImage(size() * devicePixelRatioF(), QImage::Format_RGB32);
    m_backdrop.setDevicePixelRatio(devicePixelRatioF());
    m_backdrop.fill(ground());
    if (!hasPhotograph())
        return m_backdrop;
    QPainter painter(&m_backdrop);
    const qreal scale = m_placement.scale() * devicePixelRatioF();
    // Enlarged beyond doubt, pixels are shown as what they are.
    painter.setRenderHint(QPainter::SmoothPixmapTransform, scale < 4);
    painter.drawImage(m_placement.target(), m_photograph.level(scale));
    painter.end();
    fadeColors(m_backdrop, m_faded);
    return m_backdrop;
}

void PhotoView::paintPicture(QPainter& painter, const QRectF& taken)
{
    painter.drawImage(0, 0, backdrop());
    if (!hasPhotograph())
        return;
    if (const QImage& heat = m_heatmaps.picture(m_state.shownTerm()); !heat.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(m_placement.target(), heat);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    paintRegions(painter, m_state, m_placement, palette(), taken);
    paintMarks(painter, m_state, m_placement);
}

void PhotoView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintPicture(painter, { QPointF(kEdge, kEdge), pillSize(font(), caption()) });
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasPhotograph() && m_state.termCount() > 0) {
        paintHoveredRegion(painter, m_state, m_placement);
        paintCaption(painter);
        paintLegend(painter);
    }
    if (!m_message.isEmpty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(24, 0, -24, 0), Qt::AlignCenter | Qt::TextWordWrap, m_message);
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
}

QString PhotoView::caption() const
{
    const int term = m_state.shownTerm();
    QString text = m_state.label(term);
    const int region = m_state.bestRegion(term);
    if (!m_state.hasMap(term))
        text += m_state.hasBoxes() ? tr(": compared with the whole photograph, so it has no map")
                                   : tr(": no map, because the features came without boxes");
    else if (region >= 0 && term >= 0)
        text += tr(": %1 at %2")
                    .arg(numberText(m_state.cosine(region, m_state.columnOf(term)), 3),
                        m_state.regionNames().name(region));
    return text;
}

void PhotoView::paintCaption(QPainter& painter)
{
    const int term = m_state.shownTerm();
    const QColor ground
        = term < 0 ? QColor(30, 34, 42) : termColor(term, m_state.subject().terms[term].kind, palette());
    paintPill(painter, { kEdge, kEdge }, caption(), ground);
}

void PhotoView::paintLegend(QPainter& painter)
{
    const int term = m_state.shownTerm();
    if (!m_state.hasMap(term))
        return;
    const align::HeatRange range = m_state.range(term);
    const QString low = numberText(range.low, 2);
    const QString high = numberText(range.high, 2);
    const QFontMetricsF metrics(painter.font());
    const qreal left = metrics.horizontalAdvance(low) + 12;
    const QRectF area(kEdge, height() - kEdge - metrics.height() - 4,
        left + kLegend.width() + metrics.horizontalAdvance(high) + 12, metrics.height() + 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(20, 23, 28, 190));
    painter.drawRoundedRect(area, 5, 5);
    painter.setPen(Qt::white);
    painter.drawText(area.adjusted(6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, low);
    painter.drawText(area.adjusted(0, 0, -6, 0), Qt::AlignRight | Qt::AlignVCenter, high);
    painter.drawImage(QPointF(area.left() + left, area.center().y() - kLegend.height() / 2.0),
        gradient(m_state.style().colormap, kLegend));
    if (m_state.style().threshold > 0)
        painter.fillRect(QRectF(area.left() + left + m_state.style().threshold * kLegend.width() - 1, area.top() + 2, 2,
                             area.height() - 4),
            Qt::white);
}

QImage PhotoView::picture()
{
    const QRect seen = m_placement.target().toAlignedRect() & rect();
    QImage image(seen.size() * devicePixelRatioF(), QImage::Format_RGB32);
    image.setDevicePixelRatio(devicePixelRatioF());
    QPainter painter(&image);
    painter.setFont(font());
    painter.translate(-seen.topLeft());
    paintPicture(painter, {});
    return image;
}

} // namespace wordsight::ui
