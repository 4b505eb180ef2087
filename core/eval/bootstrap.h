#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/eval/retrieval.h"

namespace wordsight::eval {

struct Interval {
    double low = 0;
    double high = 0;
};

struct RecallIntervals {
    Interval r1, r5, r10, medr, meanr;
};

/// How far the figures would vary if other photographs of the same kind had been asked.
struct RetrievalIntervals {
    RecallIntervals i2t;
    RecallIntervals t2i;
    Interval rsum;
    std::size_t samples = 0;
};

/// The ranks of a fold and whose captions they are.
struct RankedFold {
    Ranks ranks;
    std::vector<std::size_t> owner; ///< [captions]
};

/// 95 % percentile intervals (Efron & Tibshirani 1993, section 13.3) over `samples` ≥ 1 resamples: within each fold
/// images are drawn with replacement, each with all its captions, as captions of one image are no independent
/// questions; a figure is then the mean over folds. What is ranked stays as it is: the interval is that of the
/// questions, not of the collection. The same seed gives the same interval on every machine.
RetrievalIntervals bootstrap(std::span<const RankedFold> folds, std::size_t samples, std::uint32_t seed = 1);

} // namespace wordsight::eval
