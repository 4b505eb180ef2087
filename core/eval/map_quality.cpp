#include "core/eval/map_quality.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/align/coverage.h"

namespace wordsight::eval {

namespace {

constexpr std::size_t thresholds = 20;

struct Part {
    double pixels = 0;
    double mass = 0;
    double mean() const { return pixels > 0 ? mass / pixels : 0; }
    Part& operator+=(const Part& other)
    {
        pixels += other.pixels;
        mass += other.mass;
        return *this;
    }
};

/// The map between two thresholds, in and outside the boxes.
struct Slice {
    Part inside, outside;
};

std::array<Slice, thresholds> slices(const align::Heatmap& map, std::span<const Box> boxes)
{
    std::array<Slice, thresholds> result;
    const std::vector<std::uint8_t> covered = align::coverage(boxes, map.width, map.height);
    const auto [lowest, highest] = std::ranges::minmax(map.values);
    const float range = highest - lowest;
    for (std::size_t pixel = 0; pixel < covered.size(); ++pixel) {
        const float value = range > 0 ? (map.values[pixel] - lowest) / range : 0;
        const auto slice = std::min(static_cast<std::size_t>(value * thresholds), thresholds - 1);
        (covered[pixel] != 0 ? result[slice].inside : result[slice].outside) += { 1, value };
    }
    return result;
}

} // namespace

MapQualityTally::MapQualityTally()
{
    for (std::size_t t = 0; t < thresholds; ++t)
        m_sum.curve.push_back({ static_cast<double>(t) / thresholds, 0, 0, 0 });
}

void MapQualityTally::add(const align::Heatmap& map, std::span<const Box> boxes)
{
    ++m_phrases;
    if (map.values.empty())
        return;
    const auto parts = slices(map, boxes);
    Slice all;
    for (const Slice& slice : parts) {
        all.inside += slice.inside;
        all.outside += slice.outside;
    }
    if (all.inside.pixels > 0 && all.outside.pixels > 0) {
        ++m_withOutside;
        m_sum.inside += all.inside.mean();
        m_sum.outside += all.outside.mean();
    }
    Slice above;
    for (std::size_t t = thresholds; t-- > 0;) {
        above.inside += parts[t].inside;
        above.outside += parts[t].outside;
        const double mass = above.inside.mass + above.outside.mass;
        const double either = all.inside.pixels + above.outside.pixels;
        const double iou = either > 0 ? above.inside.pixels / either : 0;
        m_sum.curve[t].massInside += mass > 0 ? above.inside.mass / mass : 0;
        m_sum.curve[t].iou += iou;
        m_sum.curve[t].accuracy += iou >= 0.5 ? 1 : 0;
    }
}

MapQuality MapQualityTally::result() const
{
    const auto phrases = static_cast<double>(std::max<std::size_t>(m_phrases, 1));
    const auto withOutside = static_cast<double>(std::max<std::size_t>(m_withOutside, 1));
    MapQuality result { m_sum.inside / withOutside, m_sum.outside / withOutside, m_sum.curve };
    for (MapAtThreshold& point : result.curve)
        for (double MapAtThreshold::*figure :
            { &MapAtThreshold::massInside, &MapAtThreshold::iou, &MapAtThreshold::accuracy })
            point.*figure *= 100 / phrases;
    return result;
}

} // namespace wordsight::eval
