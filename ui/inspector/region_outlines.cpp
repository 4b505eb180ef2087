#include "ui/inspector/region_outlines.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <vector>

#include <QPainter>

#include "ui/shared/term_colors.h"

namespace wordsight::ui {

namespace {

const QColor kMark(0x9d, 0xe3, 0x6b);    // a green that no heatmap ends in
constexpr std::size_t kMostOutlined = 3; // words at a time: more hide the photograph
constexpr float kLeastShare = 0.15f;     // of what the strongest word adds or takes away
constexpr qreal kReach = 4;              // how far an outline and its halo reach beyond the box

void outline(QPainter& painter, const QRectF& box, const QColor& color, qreal width)
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 130), width + 2, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(box);
    painter.setPen(QPen(color, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(box);
}

void paintEveryRegion(QPainter& painter, const InspectionState& state, const PhotoPlacement& placement)
{
    std::vector<QRectF> boxes;
    for (const Box& box : state.subject().alignment.boxes)
        boxes.push_back(placement.rectangle(box));
    painter.setBrush(Qt::NoBrush);
    for (const QColor color : { QColor(0, 0, 0, 90), QColor(255, 255, 255, 150) }) {
        painter.setPen(QPen(color, color.lightness() ? 1 : 2.5));
        painter.drawRects(boxes.data(), static_cast<int>(boxes.size()));
    }
}

/// The words that carry the score, the strongest first: none of those that only hold others together.
std::vector<int> wordsThatMatter(const InspectionState& state)
{
    const auto& terms = state.subject().terms;
    const auto strength = [&terms](int term) { return std::abs(terms[term].contribution); };
    std::vector<int> words;
    for (int term = 0; term < state.termCount(); ++term)
        if (state.bestRegion(term) >= 0 && terms[term].weight != 0 && !terms[term].functionWord
            && (terms[term].weight > 0 || terms[term].contribution < 0)) // what is against it and not there is nowhere
            words.push_back(term);
    std::ranges::stable_sort(words, std::greater(), strength);
    while (
        words.size() > kMostOutlined || (!words.empty() && strength(words.back()) < kLeastShare * strength(words[0])))
        words.pop_back();
    return words;
}

/// Terms that share a best region, by region.
std::map<int, std::vector<int>> labelled(const InspectionState& state)
{
    std::map<int, std::vector<int>> regions;
    if (!state.hasBoxes())
        return regions;
    if (state.shownTerm() >= 0) {
        if (const int best = state.bestRegion(state.shownTerm()); best >= 0)
            regions[best].push_back(state.shownTerm());
        return regions;
    }
    for (const int term : wordsThatMatter(state))
        regions[state.bestRegion(term)].push_back(term);
    return regions;
}

/// Names at the upper left corner of their box, each below what lies there already; `taken` grows by them.
void paintLabels(QPainter& painter, const InspectionState& state, const std::vector<int>& terms, const QRectF& box,
    const QPalette& palette, std::vector<QRectF>& taken)
{
    const QRectF room = painter.viewport();
    for (const int term : terms) {
        const QSizeF size = pillSize(painter.font(), state.label(term));
        QRectF label(box.topLeft() + QPointF(3, 3), size);
        label.moveLeft(std::clamp(label.x(), 3.0, std::max(3.0, room.width() - size.width() - 3)));
        for (auto other = taken.begin(); other != taken.end();)
            if (other->intersects(label)) {
                label.moveTop(other->bottom() + 2);
                other = taken.begin();
            } else {
                ++other;
            }
        paintPill(painter, label.topLeft(), state.label(term), termColor(term, search::TermKind::Word, palette));
        taken.push_back(label);
    }
}

} // namespace

void paintRegions(QPainter& painter, const InspectionState& state, const PhotoPlacement& placement,
    const QPalette& palette, const QRectF& taken)
{
    if (state.showsOutlines())
        paintEveryRegion(painter, state, placement);
    const auto regions = labelled(state);
    QFont small = painter.font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    small.setBold(true);
    painter.save();
    painter.setFont(small);
    for (const auto& [region, terms] : regions)
        outline(painter, placement.rectangle(state.subject().alignment.boxes[region]),
            termColor(terms.front(), search::TermKind::Word, palette), 2.5);
    std::vector<QRectF> written { taken };
    for (const auto& [region, terms] : regions)
        paintLabels(
            painter, state, terms, placement.rectangle(state.subject().alignment.boxes[region]), palette, written);
    painter.restore();
}

void paintMarks(QPainter& painter, const InspectionState& state, const PhotoPlacement& placement)
{
    if (state.subject().marks.empty())
        return;
    const int column = state.columnOf(state.shownTerm());
    const align::Alignment& alignment = state.subject().alignment;
    painter.save();
    QFont small = painter.font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    painter.setFont(small);
    for (const MarkedBox& mark : state.subject().marks) {
        const bool concerned = column < 0
            || (alignment.spans[column].begin < mark.span.end && mark.span.begin < alignment.spans[column].end);
        painter.setOpacity(concerned ? 1 : 0.35);
        const QRectF box = placement.rectangle(mark.box);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(QColor(0, 0, 0, 150), 4));
        painter.drawRect(box);
        painter.setPen(QPen(kMark, 2, Qt::DashLine));
        painter.drawRect(box);
        const QSizeF size = pillSize(small, mark.label);
        const QRectF room = painter.viewport();
        paintPill(painter,
            { std::clamp(box.left(), 3.0, std::max(3.0, room.width() - size.width() - 3)),
                std::clamp(box.bottom() - size.height(), 3.0, std::max(3.0, room.height() - size.height() - 3)) },
            mark.label, kMark);
    }
    painter.restore();
}

void paintHoveredRegion(QPainter& painter, const InspectionState& state, const PhotoPlacement& placement)
{
    if (state.hoveredRegion() < 0 || !state.hasBoxes())
        return;
    const QRectF box = placement.rectangle(state.subject().alignment.boxes[state.hoveredRegion()]);
    painter.fillRect(box, QColor(255, 255, 255, 36));
    outline(painter, box, Qt::white, 2);
}

QRect outlineArea(const InspectionState& state, const PhotoPlacement& placement, int region)
{
    if (region < 0 || region >= state.regionCount() || !state.hasBoxes())
        return {};
    return placement.rectangle(state.subject().alignment.boxes[region])
        .adjusted(-kReach, -kReach, kReach, kReach)
        .toAlignedRect();
}

QSizeF pillSize(const QFont& font, const QString& text)
{
    const QFontMetricsF metrics(font);
    return { metrics.horizontalAdvance(text) + 10, metrics.height() + 2 };
}

void paintPill(QPainter& painter, QPointF topLeft, const QString& text, const QColor& ground)
{
    const QRectF area(topLeft, pillSize(painter.font(), text));
    painter.setPen(QPen(QColor(0, 0, 0, 90), 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(area, 4, 4);
    painter.setPen(textOn(ground));
    painter.drawText(area, Qt::AlignCenter, text);
}

} // namespace wordsight::ui
