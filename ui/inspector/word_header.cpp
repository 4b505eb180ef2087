#include "ui/inspector/word_header.h"

#include <QMouseEvent>
#include <QPainter>

#include "ui/shared/term_colors.h"

namespace wordsight::ui {

namespace {

constexpr int kPadding = 5;
constexpr int kArrow = 8;
constexpr int kNarrowest = 46;

} // namespace

WordHeader::WordHeader(const InspectionState& state, QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent)
    , m_state(state)
{
    setMouseTracking(true);
    setSectionsClickable(true);
    setSortIndicatorShown(true);
    setHighlightSections(false);
    connect(&state, &InspectionState::shownTermChanged, viewport(), qOverload<>(&QWidget::update));
}

QSize WordHeader::sectionSizeFromContents(int section) const
{
    QFont bold = font();
    bold.setBold(true);
    const int text = QFontMetrics(bold).horizontalAdvance(model()->headerData(section, Qt::Horizontal).toString());
    return { std::max(kNarrowest, text + 2 * kPadding + kArrow), fontMetrics().height() + 12 };
}

void WordHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const int term = m_state.termOf(section - 1);
    const bool shown = term >= 0 && term == m_state.shownTerm();
    painter->fillRect(rect, palette().color(shown ? QPalette::Midlight : QPalette::Base));
    if (term >= 0)
        painter->fillRect(QRect(rect.left() + 2, rect.bottom() - 3, rect.width() - 4, 3),
            termColor(term, search::TermKind::Word, palette()));
    QFont font = this->font();
    font.setBold(shown);
    painter->setFont(font);
    painter->setPen(palette().color(term >= 0 ? QPalette::Text : QPalette::PlaceholderText));
    const bool sorted = sortIndicatorSection() == section;
    const QRect text = rect.adjusted(kPadding, 0, -kPadding - (sorted ? kArrow : 0), -3);
    painter->drawText(text, Qt::AlignCenter, model()->headerData(section, Qt::Horizontal).toString());
    if (sorted) {
        const qreal x = rect.right() - kPadding - 2;
        const qreal y = rect.center().y() - 1;
        const qreal tip = sortIndicatorOrder() == Qt::AscendingOrder ? -2.5 : 2.5;
        painter->setPen(QPen(palette().color(QPalette::Text), 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->drawPolyline(QPolygonF { { x - 3, y - tip / 2 }, { x, y + tip }, { x + 3, y - tip / 2 } });
    }
    painter->restore();
}

bool WordHeader::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        Q_EMIT pointedAt(-1);
    return QHeaderView::viewportEvent(event);
}

void WordHeader::mouseMoveEvent(QMouseEvent* event)
{
    QHeaderView::mouseMoveEvent(event);
    if (event->buttons() == Qt::NoButton)
        Q_EMIT pointedAt(logicalIndexAt(event->position().toPoint()));
}

} // namespace wordsight::ui
