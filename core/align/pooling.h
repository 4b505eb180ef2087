#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/matrix.h"

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

std::string_view name(Pooling pooling);                         ///< "mrsw", "mravgw", "mwsr", "symm", "sum", "mean"
std::optional<Pooling> poolingNamed(std::string_view name);     ///< not case-sensitive

/// What each word adds to the score; their sum is the score exactly, for every pooling.
/// `weights` [W] multiplies each word's column first (1 = as it is, 0 = muted, negative = against);
/// MrAVGw divides by the number of words with a weight other than 0.
std::vector<float> contributions(const Matrix& alignment, std::span<const float> weights, Pooling pooling);

float score(const Matrix& alignment, std::span<const float> weights, Pooling pooling);

} // namespace wordsight::align
