#pragma once

#include <string>

#include "core/align/alignment.h"
#include "core/engine/alignment_export.h"
#include "core/image/image.h"

namespace wordsight::engine {

/// What is said where there are no maps, in the window too.
inline constexpr const char* globalOnly
    = "This model compares the sentence with the photograph as a whole: no word has a map.";

/// A sheet that explains a score, as SVG with its pictures inside: the sentence, the photograph, one heatmap per word
/// with its best region, factor and contribution, all on one scale of colours. `sentence` is valid UTF-8.
std::string alignmentSheet(const align::Alignment& alignment, const image::Image& photograph,
    const std::string& sentence, const SheetStyle& style);

} // namespace wordsight::engine
