#pragma once

#include <filesystem>
#include <span>

#include "core/align/alignment.h"
#include "core/align/heat_style.h"
#include "core/image/image.h"

namespace wordsight::engine {

/// Writes an alignment in the format of the file's suffix: .png and .svg (the photograph, one heatmap per word,
/// scores), .csv (region, x, y, w, h, then a column per word), .json and .npz (matrix, boxes, words, spans, weights,
/// baselines, contributions, globalScore, globalWeight, score).
/// Where the regions came without boxes (align::hasBoxes), pictures say so in place of heatmaps, .csv leaves x to h
/// empty, .json has null and .npz a boxes array without rows. Where the model compares global vectors alone
/// (align::hasMatrix), pictures and .json say so in a sentence. Throws Error{Usage} for another suffix, and for a
/// matrix where there is none, Error{Io} if it cannot be written.
void exportAlignment(const align::Alignment& alignment, const image::Image& photograph, const std::string& sentence,
    const std::filesystem::path& file, const align::HeatStyle& style = {});

} // namespace wordsight::engine
