#include "ui/inspector/region_card.h"

#include <algorithm>

#include <QPainter>

#include "ui/shared/number_text.h"
#include "ui/shared/term_colors.h"
#include "ui/shared/term_mark.h"

namespace wordsight::ui {

namespace {

constexpr int kWidth = 212;
constexpr int kPadding = 9;
constexpr int kDistance = 8; // from the edge of the photograph's view
constexpr int kBar = 48;

} // namespace

RegionCard::RegionCard(const InspectionState& state, QWidget* parent)
    : QWidget(parent)
    , m_state(state)
{
    setObjectName("regionCard");
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
    connect(&state, &InspectionState::hoveredRegionChanged, this, &RegionCard::collect);
    connect(&state, &InspectionState::subjectChanged, this, &RegionCard::collect);
}

int RegionCard::lineHeight() const
{
    return fontMetrics().height() + 3;
}

void RegionCard::collect()
{
    m_lines.clear();
    const int region = m_state.hoveredRegion();
    if (region < 0)
        return hide();
    for (int term = 0; term < m_state.termCount(); ++term)
        if (const int column = m_state.columnOf(term); column >= 0)
            m_lines.push_back({ term, m_state.cosine(region, column), m_state.bestRegion(term) == region });
    std::ranges::stable_sort(m_lines, std::greater(), &Line::cosine);
    QString words;
    for (const Line& line : m_lines)
        words += tr("; %1 %2").arg(m_state.label(line.term), numberText(line.cosine, 3));
    setAccessibleName(m_state.regionNames().name(region) + words);
    update();
}

void RegionCard::place(const QRect& room, QPoint cursor)
{
    if (m_state.hoveredRegion() < 0)
        return;
    const int most = std::max(1, (room.height() * 3 / 5 - 2 * kPadding - kDistance) / lineHeight() - 1);
    const int lines = std::min(static_cast<int>(m_lines.size()), most);
    const QSize size(kWidth, 2 * kPadding + (lines + 1) * lineHeight());
    const bool below = cursor.y() < room.center().y();
    setGeometry(QRect(QPoint(room.right() - kDistance - size.width(),
                          below ? room.bottom() - kDistance - size.height() : room.top() + kDistance),
        size));
    setVisible(room.width() > kWidth + 2 * kDistance);
}

void RegionCard::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor ground = palette().color(QPalette::Base);
    ground.setAlpha(238);
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);

    QRect line(kPadding, kPadding, width() - 2 * kPadding, lineHeight());
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, m_state.regionNames().name(m_state.hoveredRegion()));
    const int number = fontMetrics().horizontalAdvance(numberText(-0.888, 3)) + 6;
    const align::HeatRange range = m_state.matrixRange();
    for (const Line& entry : m_lines) {
        line.translate(0, lineHeight());
        if (line.bottom() > height() - kPadding + 1)
            break;
        const QColor color = termColor(entry.term, search::TermKind::Word, palette());
        QFont font = this->font();
        font.setBold(entry.best);
        painter.setFont(font);
        paintTermMark(painter, QRectF(line.left(), line.center().y() - 3, 8, 8), static_cast<std::size_t>(entry.term),
            search::TermKind::Word, color);
        painter.setPen(palette().color(QPalette::Text));
        const QRect label = line.adjusted(14, 0, -kBar - number, 0);
        painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter,
            QFontMetrics(font).elidedText(m_state.label(entry.term), Qt::ElideRight, label.width()));
        const QRectF track(line.right() - kBar - number, line.center().y() - 1, kBar, 4);
        painter.fillRect(track, palette().color(QPalette::Midlight));
        painter.fillRect(QRectF(track.topLeft(), QSizeF(kBar * range.share(entry.cosine), 4)), color);
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, numberText(entry.cosine, 3));
    }
}

} // namespace wordsight::ui
