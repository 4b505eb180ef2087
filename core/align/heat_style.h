#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "core/align/alignment.h"
#include "core/align/heatmap.h"

/// How heat looks over a photograph. The window and exported sheets draw from here, so that they look the same.
namespace wordsight::align {

/// What the hottest colour stands for.
enum class HeatScaling {
    Sentence,   ///< the best of all photographs that the sentence ranked: what matches badly looks it
    Photograph, ///< the best of this photograph: stretched
    Word,       ///< the best of each word in this photograph: stretched further
};

struct HeatStyle {
    Colormap colormap = Colormap::Viridis; ///< even to the eye, also to one that does not tell red from green
    float opacity = 0.55f;                 ///< of the hottest place; at 0 the photograph is as it was taken
    float threshold = 0;                   ///< share of the range below which the photograph stays bare
    HeatScaling scaling = HeatScaling::Sentence;
    bool operator==(const HeatStyle&) const = default;
};

/// The values that the two ends of a colormap stand for.
struct HeatRange {
    float low = 0;
    float high = 1;

    /// From 0, or the lowest where that is higher, to the highest: what points away from a word is no heat.
    static HeatRange of(std::span<const float> values);
    /// 0 to 1; 0 also for what is not a number.
    float share(float value) const;
};

/// What maps are coloured by, so that they can be compared.
struct HeatScale {
    HeatRange words; ///< of one word
    HeatRange sum;   ///< of all words together

    /// Of one photograph.
    static HeatScale of(const Alignment& alignment);
    /// Grows as far as another one reaches.
    void include(const HeatScale& other);
};

/// A word's value in every region; of all words, without one: their sum, each times its factor (align::factors).
std::vector<float> regionValues(const Alignment& alignment, std::optional<std::size_t> word);

/// What the map of a word, or of all words, is coloured by. Without a scale of the sentence, or stretched, that of the
/// photograph.
HeatRange rangeOf(const Alignment& alignment, std::optional<std::size_t> word, HeatScaling scaling,
    const std::optional<HeatScale>& sentence);

using Rgb = std::array<std::uint8_t, 3>;

/// A share's colour in a colormap.
Rgb heatColor(Colormap colormap, float share);

/// How much of a pixel is the map's colour, 0 to 1. Weak places tint the photograph less than strong ones.
float heatCover(const HeatStyle& style, float share);

/// How far a photograph's colours are taken out below its map, 0 to 1, so that what is colourful is the map.
float fadeOf(const HeatStyle& style);
/// A pixel whose colour is taken out: as it was at 0, grey of the same brightness at 1. Inline, since a photograph that
/// is dragged is faded for every picture of the window.
inline Rgb faded(Rgb pixel, float fade)
{
    const float gray = 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
    for (std::uint8_t& part : pixel)
        part = static_cast<std::uint8_t>(gray + (1 - fade) * (part - gray) + 0.5f);
    return pixel;
}

} // namespace wordsight::align
