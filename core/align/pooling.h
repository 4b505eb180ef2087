#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/enum_names.h"
#include "core/data/matrix.h"

namespace wordsight::align {

/// How an alignment matrix A[r,w] becomes a score (Messina et al. 2021, section 3.3).
enum class Pooling {
    MrSw,      ///< Σ_w max_r: the default, ColBERT's MaxSim
    MrAVGw,    ///< mean_w max_r
    MwSr,      ///< Σ_r max_w
    Symmetric, ///< MrSw + MwSr
    Sum,       ///< Σ_r Σ_w
    Mean,      ///< mean over all r, w
};

constexpr auto namesOf(Pooling)
{
    return std::to_array<std::string_view>({ "mrsw", "mravgw", "mwsr", "symm", "sum", "mean" });
}

std::string_view name(Pooling pooling);                     ///< as namesOf() has it
std::optional<Pooling> poolingNamed(std::string_view name); ///< not case-sensitive
/// All names, in the order of the enum: what a person can choose from.
std::span<const std::string_view> poolingNames();

/// What each word earns at weight 1. [W]. Maxima are taken on the cosines as they are: MrSw and MrAVGw give a word
/// its best region; MwSr gives it the regions that it meets better than any other word does (the first of equals);
/// Symmetric gives both; Sum and Mean the sum and the mean over regions.
std::vector<float> wordScores(const Matrix& alignment, Pooling pooling);

/// What a word's earning is multiplied by: its weight (1 = as it is, 0 = muted, negative = against), for MrAVGw and
/// Mean divided by the number of words whose weight is not 0. [W]. So a weight never changes what another word has
/// earned, and re-weighting needs the wordScores alone, whatever the pooling.
std::vector<float> factors(std::span<const float> weights, Pooling pooling);

/// What each word adds to the score: factor × earning. Their sum is the score exactly, for every pooling.
std::vector<float> contributions(const Matrix& alignment, std::span<const float> weights, Pooling pooling);

/// The contributions added up in order.
float score(const Matrix& alignment, std::span<const float> weights, Pooling pooling);

} // namespace wordsight::align
