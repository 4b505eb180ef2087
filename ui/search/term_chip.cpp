#include "ui/search/term_chip.h"

#include <algorithm>
#include <cmath>

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QWheelEvent>

#include "ui/shared/term_colors.h"
#include "ui/shared/term_label.h"
#include "ui/shared/term_mark.h"

namespace wordsight::ui {

namespace {

constexpr float kStep = 0.25f;
constexpr float kHeaviest = 4;
constexpr int kPadding = 11;
constexpr int kDot = 9;
constexpr int kGap = 7;
constexpr int kHeight = 30;
constexpr int kWidestLabel = 200;

} // namespace

TermChip::TermChip(std::size_t index, const search::Term& term, QWidget* parent)
    : QAbstractButton(parent)
    , m_index(index)
    , m_kind(term.kind)
    , m_label(term.label)
    , m_unknown(term.unknown)
    , m_functionWord(term.functionWord)
    , m_weight(term.weight)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setObjectName("chip-" + QString::number(index));
    describe();
}

void TermChip::setWeight(float weight)
{
    if (weight == m_weight)
        return;
    m_weight = weight;
    describe();
    updateGeometry();
    update();
}

void TermChip::setHighlighted(bool highlighted)
{
    m_highlighted = highlighted;
    update();
}

QString TermChip::shownText() const
{
    return m_unknown ? termLabel(m_kind, m_label) + " ?" : termLabel(m_kind, m_label);
}

QString TermChip::weightText() const
{
    if (m_weight == 0)
        return tr("off");
    return (m_weight < 0 ? QString::fromUtf8("−") : QString::fromUtf8("×")) + QString::number(std::abs(m_weight));
}

void TermChip::describe()
{
    const QString state = m_weight == 0 ? tr("muted")
        : m_weight < 0                  ? tr("against, weight %1").arg(m_weight)
                                        : tr("weight %1").arg(m_weight);
    setAccessibleName(
        termLabel(m_kind, m_label) + ", " + (m_unknown ? tr("not known to the model, ") : QString()) + state);
    setText(shownText());
    const QString unknown
        = m_unknown ? tr("The model cannot read this word: what it finds for it means nothing.<br>") : QString();
    setToolTip(tr("<b>%1</b>: %2<br>%3Click: mute or unmute<br>Shift+click or −: for or against<br>"
                  "Wheel or ↑ ↓: weight<br>Home: back to 1")
                   .arg(termLabel(m_kind, m_label).toHtmlEscaped(), state, unknown));
}

QSize TermChip::sizeHint() const
{
    // As wide as the widest weight, so that chips do not jump about while weights change.
    const QFontMetrics metrics = fontMetrics();
    const int weight = metrics.horizontalAdvance(QString::fromUtf8("×0.75"));
    return { 2 * kPadding + kDot + 2 * kGap + std::min(kWidestLabel, metrics.horizontalAdvance(shownText())) + weight,
        std::max(kHeight, metrics.height() + 12) };
}

void TermChip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = termColor(m_index, m_kind, palette());
    const bool muted = m_weight == 0;
    const bool lit = underMouse() || m_highlighted;
    const QRectF body = QRectF(rect()).adjusted(1, 1, -1, -1);
    const qreal radius = m_kind == search::TermKind::Global ? 8 : body.height() / 2;

    QColor fill = color;
    fill.setAlphaF(muted ? 0.0 : lit ? 0.34 : 0.17);
    QPen border(color, hasFocus() ? 2 : 1, muted || m_weight < 0 ? Qt::DashLine : Qt::SolidLine);
    if (!hasFocus() && !lit && !muted && m_weight > 0)
        border.setStyle(Qt::NoPen);
    painter.setPen(border);
    painter.setBrush(fill);
    painter.drawRoundedRect(body, radius, radius);

    const QRectF dot(kPadding, (height() - kDot) / 2.0, kDot, kDot);
    paintTermMark(painter, dot, m_index, m_kind, color, muted);
    if (m_weight < 0) {
        painter.setPen(QPen(palette().color(QPalette::Base), 2));
        painter.drawLine(QPointF(dot.left() + 2, dot.center().y()), QPointF(dot.right() - 2, dot.center().y()));
    }

    QFont label = font();
    label.setStrikeOut(muted);
    painter.setFont(label);
    painter.setPen(palette().color(muted ? QPalette::PlaceholderText : QPalette::WindowText));
    const QRectF words = QRectF(rect()).adjusted(kPadding + kDot + kGap, 0, -kPadding, 0);
    painter.drawText(
        words, Qt::AlignVCenter | Qt::AlignLeft, fontMetrics().elidedText(shownText(), Qt::ElideMiddle, kWidestLabel));
    painter.setFont(font());
    painter.setPen(palette().color(m_weight == 1 || muted ? QPalette::PlaceholderText : QPalette::WindowText));
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignRight, weightText());
}

void TermChip::change(float weight)
{
    weight = std::clamp(weight, -kHeaviest, kHeaviest);
    if (weight == m_weight)
        return;
    if (m_weight != 0)
        m_beforeMuting = m_weight;
    setWeight(weight);
    Q_EMIT weightChanged(weight);
}

void TermChip::toggleMuted()
{
    change(m_weight == 0 ? m_beforeMuting : 0);
}

void TermChip::step(int steps)
{
    change(m_weight + steps * kStep);
}

bool TermChip::event(QEvent* event)
{
    if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave)
        Q_EMIT hovered(event->type() == QEvent::HoverEnter);
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        Q_EMIT hovered(event->type() == QEvent::FocusIn);
    return QAbstractButton::event(event);
}

void TermChip::mouseReleaseEvent(QMouseEvent* event)
{
    const bool clicked = event->button() == Qt::LeftButton && isDown() && rect().contains(event->position().toPoint());
    QAbstractButton::mouseReleaseEvent(event);
    if (!clicked)
        return;
    if (event->modifiers() & Qt::ShiftModifier)
        change(m_weight == 0 ? -1 : -m_weight);
    else
        toggleMuted();
}

void TermChip::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        toggleMuted();
        break;
    case Qt::Key_Minus:
        change(m_weight == 0 ? -1 : -m_weight);
        break;
    case Qt::Key_Up:
        step(1);
        break;
    case Qt::Key_Down:
        step(-1);
        break;
    case Qt::Key_Home:
    case Qt::Key_0:
        change(1);
        break;
    case Qt::Key_Left:
        focusNextPrevChild(false);
        break;
    case Qt::Key_Right:
        focusNextPrevChild(true);
        break;
    default:
        event->ignore();
    }
}

void TermChip::wheelEvent(QWheelEvent* event)
{
    m_wheelRest += event->angleDelta().y();
    const int notches = m_wheelRest / QWheelEvent::DefaultDeltasPerStep;
    m_wheelRest -= notches * QWheelEvent::DefaultDeltasPerStep;
    step(notches);
    event->accept();
}

void TermChip::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_weight == 0 ? tr("Unmute") : tr("Mute"), this, &TermChip::toggleMuted);
    menu->addAction(m_weight < 0 ? tr("Count in favour") : tr("Count against"), this,
        [this] { change(m_weight == 0 ? -1 : -m_weight); });
    menu->addSeparator();
    for (const float weight : { 0.5f, 1.0f, 1.5f, 2.0f, 3.0f }) {
        QAction* action = menu->addAction(tr("Weight %1").arg(weight), this, [this, weight] { change(weight); });
        action->setCheckable(true);
        action->setChecked(weight == m_weight);
    }
    menu->popup(event->globalPos());
}

} // namespace wordsight::ui
