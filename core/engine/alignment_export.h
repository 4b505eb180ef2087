#pragma once

#include <filesystem>
#include <optional>

#include "core/align/alignment.h"
#include "core/align/heat_style.h"
#include "core/image/image.h"

namespace wordsight::engine {

/// How an alignment's pictures look, and what they are drawn against where the photograph is one of many.
struct SheetStyle {
    align::HeatStyle heat {};
    std::optional<align::HeatScale> sentence {}; ///< nothing: the photograph was compared with no other
    float largestPart = 0;                       ///< the most that a term adds or takes away in any photograph, ≥ 0
};

/// Writes an alignment in the format of the file's suffix: .png and .svg (the photograph, one heatmap per word,
/// scores), .csv (region, counted from 1, x, y, w, h, then a column per word), .json and .npz (matrix, boxes, words,
/// spans, factors, usual, contributions, globalMatch, globalFactor, score). Names are those of the window: a word adds
/// its factor × (best match − usual), and its factor is the model's weight times the person's, shared by the words
/// where the pooling is a mean (align::factors). Where the regions came without boxes (align::hasBoxes), pictures say
/// so in place of heatmaps, .csv leaves x to h empty, .json has null and .npz a boxes array without rows. Where the
/// model compares global vectors alone (align::hasMatrix), pictures and .json say so in a sentence. Throws Error{Usage}
/// for another suffix, and for a matrix where there is none, Error{Io} if it cannot be written.
void exportAlignment(const align::Alignment& alignment, const image::Image& photograph, const std::string& sentence,
    const std::filesystem::path& file, const SheetStyle& style = {});

} // namespace wordsight::engine
