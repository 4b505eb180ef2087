#include "core/eval/pointing.h"

#include <algorithm>

namespace wordsight::eval {

namespace {

double percent(double part, std::size_t whole)
{
    return whole == 0 ? 0 : 100 * part / static_cast<double>(whole);
}

bool inside(float x, float y, std::span<const Box> boxes)
{
    return std::ranges::any_of(
        boxes, [&](const Box& box) { return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h; });
}

} // namespace

std::optional<align::Heatmap> phraseMap(
    const Matrix& alignment, std::span<const TextSpan> spans, std::span<const Box> boxes, TextSpan phrase)
{
    constexpr int raster = 128;
    std::vector<float> sum(alignment.rows);
    bool any = false;
    for (std::size_t w = 0; w < spans.size(); ++w) {
        if (spans[w].begin >= phrase.end || spans[w].end <= phrase.begin)
            continue;
        any = true;
        for (std::size_t r = 0; r < alignment.rows; ++r)
            sum[r] += alignment(r, w);
    }
    if (!any)
        return std::nullopt;
    return align::rasterize(sum, boxes, raster, raster);
}

std::optional<align::Peak> phrasePeak(
    const Matrix& alignment, std::span<const TextSpan> spans, std::span<const Box> boxes, TextSpan phrase)
{
    const auto map = phraseMap(alignment, spans, boxes, phrase);
    return map ? std::optional(align::peak(*map)) : std::nullopt;
}

std::string_view sizeClass(std::span<const Box> boxes)
{
    float largest = 0;
    for (const Box& box : boxes)
        largest = std::max(largest, box.w * box.h);
    return largest < 1.0f / 300 ? "small" : largest < 0.03f ? "medium" : "large";
}

bool pointsInside(const align::Peak& peak, std::span<const Box> boxes)
{
    return inside(peak.x, peak.y, boxes);
}

void PointingTally::add(const std::string& type, const std::optional<align::Peak>& peak, std::span<const Box> boxes,
    std::span<const Box> regions)
{
    Count& count = m_byType[type];
    ++count.phrases;
    count.hits += peak && pointsInside(*peak, boxes);
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
