#pragma once

#include "core/base/enum_names.h"

namespace wordsight::nn {

/// Which maps of the image backbone a region's features come from.
enum class RegionTaps {
    Head,           ///< stride 32, 1280 channels
    HeadAndStride16 ///< and the 2×2 cells of stride 16 below it
};

constexpr auto namesOf(RegionTaps)
{
    return std::to_array<std::string_view>({ "head", "head+s16" });
}

/// What the text backbone says of a word.
enum class WordStates {
    Contextual, ///< last hidden states
    Static,     ///< unit word embeddings
    Both,       ///< one beside the other
};

constexpr auto namesOf(WordStates)
{
    return std::to_array<std::string_view>({ "contextual", "static", "contextual+static" });
}

/// What the backbones are asked for.
struct FeatureOptions {
    int inputSide = 288; ///< photographs are stretched to a square of this side
    RegionTaps taps = RegionTaps::Head;
    WordStates words = WordStates::Contextual;
    bool operator==(const FeatureOptions&) const = default;
};

template <class Fields> void describe(Fields& f, FeatureOptions& o)
{
    f("inputSide", o.inputSide);
    f("taps", o.taps);
    f("words", o.words);
}

} // namespace wordsight::nn
