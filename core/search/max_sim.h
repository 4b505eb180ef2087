#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/ids.h"
#include "core/search/query.h"
#include "core/store/library.h"

namespace wordsight::search {

/// For every photograph and term the best cosine and the region that attained it; kept per query, so that
/// weighting, muting and negating re-rank without touching a vector.
struct TermMaxima {
    std::size_t photos = 0;
    std::size_t terms = 0;
    std::vector<float> maxima;          ///< [photos × terms]
    std::vector<std::uint16_t> regions; ///< [photos × terms]; meaningless for global terms
    std::vector<PhotoId> ids;           ///< [photos]
};

/// Exact MaxSim over every region vector (half floats × float, accumulated in float; SIMD chosen at run time).
/// `stop` is asked every few milliseconds; true ends the scan with Error{Cancelled}.
TermMaxima maxSim(const store::ModelRows& rows, std::span<const Term> terms, int threads = 0,
                  const std::function<bool()>& stop = {});

struct Hit {
    PhotoId photo;
    std::size_t row = 0; ///< index into TermMaxima
    float score = 0;
};

/// The k best photographs for the terms' weights of now; ties by photo id. MrSw sums, MrAVGw divides the words'
/// part by the number of words that count. Other poolings need the whole matrix: see exhaustive.h.
std::vector<Hit> rank(const TermMaxima& maxima, const Query& query, std::size_t k);

/// Per term what it adds to a photograph's score; the sum is Hit::score exactly.
std::vector<float> contributions(const TermMaxima& maxima, const Query& query, std::size_t row);

} // namespace wordsight::search
