#include "core/eval/pointing.h"

#include <algorithm>

namespace wordsight::eval {

namespace {

double percent(double part, std::size_t whole) { return whole == 0 ? 0 : 100 * part / static_cast<double>(whole); }

bool inside(float x, float y, std::span<const Box> boxes)
{
    return std::ranges::any_of(boxes, [&](const Box& box) {
        return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
    });
}

} // namespace

bool pointsInside(const align::Peak& peak, std::span<const Box> boxes) { return inside(peak.x, peak.y, boxes); }

void PointingTally::add(
    const std::string& type, const align::Peak& peak, std::span<const Box> boxes, std::span<const Box> regions)
{
    Count& count = m_byType[type];
    ++count.phrases;
    count.hits += pointsInside(peak, boxes);
    m_center += inside(0.5f, 0.5f, boxes);
    const auto hit = std::ranges::count_if(
        regions, [&](const Box& region) { return inside(region.x + region.w / 2, region.y + region.h / 2, boxes); });
    m_random += regions.empty() ? 0 : static_cast<double>(hit) / static_cast<double>(regions.size());
}

PointingResult PointingTally::result() const
{
    PointingResult result;
    std::size_t hits = 0;
    for (const auto& [type, count] : m_byType) {
        result.phrases += count.phrases;
        hits += count.hits;
        result.byType[type] = percent(static_cast<double>(count.hits), count.phrases);
        result.phrasesByType[type] = count.phrases;
    }
    result.pointing = percent(static_cast<double>(hits), result.phrases);
    result.baselineCenter = percent(static_cast<double>(m_center), result.phrases);
    result.baselineRandom = percent(m_random, result.phrases);
    return result;
}

} // namespace wordsight::eval
