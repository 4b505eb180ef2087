#include "core/align/heat_style.h"

#include <algorithm>
#include <array>
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

HeatScale HeatScale::of(const Alignment& alignment)
{
    return { HeatRange::of(alignment.matrix.data), HeatRange::of(regionValues(alignment, std::nullopt)) };
}

void HeatScale::include(const HeatScale& other)
{
    const auto both = [](const HeatRange& one, const HeatRange& another) {
        return HeatRange::of(std::array { one.low, one.high, another.low, another.high });
    };
    words = both(words, other.words);
    sum = both(sum, other.sum);
}

std::vector<float> regionValues(const Alignment& alignment, std::optional<std::size_t> word)
{
    std::vector<float> values(alignment.matrix.rows);
    const std::vector<float> factor = factors(alignment.weights, alignment.pooling);
    for (std::size_t r = 0; r < values.size(); ++r) {
        if (word)
            values[r] = alignment.matrix(r, *word);
        else
            for (std::size_t w = 0; w < alignment.matrix.cols; ++w)
                values[r] += factor[w] * alignment.matrix(r, w);
    }
    return values;
}

HeatRange rangeOf(const Alignment& alignment, std::optional<std::size_t> word, HeatScaling scaling,
    const std::optional<HeatScale>& sentence)
{
    if (word && scaling == HeatScaling::Word)
        return HeatRange::of(regionValues(alignment, word));
    const HeatScale scale = scaling == HeatScaling::Sentence && sentence ? *sentence : HeatScale::of(alignment);
    return word ? scale.words : scale.sum;
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
