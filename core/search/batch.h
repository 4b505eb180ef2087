#pragma once

#include <span>

#include "core/align/pooling.h"
#include "core/data/matrix.h"

namespace wordsight::search {

// For evaluations: many photographs in memory against many sentences. On `threads` threads (0: one per core).

/// The best cosine of each term over the regions of each photograph. photos: matrices [R × D], terms [T × D]
/// → [photos × T].
Matrix maxSim(std::span<const Matrix> photos, const Matrix& terms, int threads = 0);

/// The same for any pooling: what each word scores (align::wordScores) in each photograph. words: the words of all
/// sentences one after the other [W × D], lengths: how many each has. → [photos × W]. MrSw and MrAVGw are maxSim.
Matrix wordScores(std::span<const Matrix> photos, const Matrix& words, std::span<const std::size_t> lengths,
    align::Pooling pooling, int threads = 0);

} // namespace wordsight::search
