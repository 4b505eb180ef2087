#pragma once

#include <cstdint>
#include <vector>

#include "core/base/ids.h"

namespace wordsight::search {

/// What every photograph and term gave each other, kept between questions, so that weighting, muting and negating
/// re-rank without touching a vector, and a library that grows is scanned only where it is new.
struct TermScores {
    std::size_t photos = 0;
    std::size_t terms = 0;
    std::vector<float> scores;          ///< [photos × terms]: the best cosine, or what the word scores under another
                                        ///< pooling (align::wordScores)
    std::vector<std::uint16_t> regions; ///< [photos × terms]: the best region; meaningless for global terms
    std::vector<PhotoId> ids;           ///< [photos]
    std::vector<std::size_t> rows;      ///< [photos]: where the index keeps each; empty where no index scanned them
    std::uint64_t vectors = 0;          ///< what the rows are of: store::VectorView::fileId()
};

} // namespace wordsight::search
