#include "core/align/heat_style.h"

#include <algorithm>
#include <cmath>

namespace wordsight::align {

namespace {

/// Of the opacity, where nothing is heated: the photograph stays clear there, and the map is still seen.
constexpr float leastCover = 0.2f;
/// Something of its colours is left, so that the photograph is known again.
constexpr float mostFade = 0.7f;

} // namespace

HeatRange HeatRange::of(std::span<const float> values)
{
    if (values.empty())
        return {};
    const auto [low, high] = std::ranges::minmax(values);
    const float from = high > 0 ? std::max(low, 0.0f) : low;
    return { from, std::max(high, from + 1e-6f) };
}

float HeatRange::share(float value) const
{
    const float part = (value - low) / (high - low);
    return part > 0 ? std::min(part, 1.0f) : 0.0f;
}

Rgb heatColor(Colormap colormap, float share)
{
    const auto entry = static_cast<std::size_t>(std::lround(std::clamp(share, 0.0f, 1.0f) * 255));
    const auto table = colors(colormap);
    return { table[3 * entry], table[3 * entry + 1], table[3 * entry + 2] };
}

float heatCover(const HeatStyle& style, float share)
{
    return share < style.threshold ? 0 : style.opacity * (leastCover + (1 - leastCover) * share);
}

float fadeOf(const HeatStyle& style)
{
    return std::min(mostFade, style.opacity);
}

} // namespace wordsight::align
