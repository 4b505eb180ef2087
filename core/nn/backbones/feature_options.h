#pragma once

#include <string>

namespace wordsight::nn {

/// What the frozen backbones are asked for.
struct FeatureOptions {
    int inputSide = 288; ///< photographs are stretched to a square of this side
    std::string taps
        = "head"; ///< "head": stride 32, 1280 channels; "head+s16": and the 2×2 cells of stride 16 below it
    std::string words
        = "contextual"; ///< "contextual": last hidden states; "static": unit word embeddings; "contextual+static": both
    bool operator==(const FeatureOptions&) const = default;
};

} // namespace wordsight::nn
