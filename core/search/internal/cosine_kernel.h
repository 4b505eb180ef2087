#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/data/matrix.h"

namespace wordsight::search {

/// Vectors to compare with, laid out for the kernel: [count × stride], padded with zeros.
struct PackedTerms {
    PackedTerms(std::size_t termCount, std::size_t termDimension);
    void set(std::size_t term, std::span<const float> vector);

    std::size_t count;
    std::size_t dimension;
    std::size_t stride;    ///< floats from one term to the next
    std::size_t outStride; ///< floats from one row of cosines to the next, ≥ count
    std::vector<float> values;
};

/// out[v × outStride + t] = vector v · term t, accumulated in float, for `count` vectors that lie one after the other.
/// Every pair is added up in the same order whatever stands beside it: the same pair always gives the same bits.
void cosines(const std::uint16_t* halves, std::size_t count, const PackedTerms& terms, float* out);
void cosines(const float* vectors, std::size_t count, const PackedTerms& terms, float* out);

/// [rows × outStride] without its padding.
Matrix unpadded(const float* cosines, std::size_t rows, const PackedTerms& terms);

/// Of each column of [rows × outStride] the highest value and the first row that holds it. best and bestRow have
/// outStride elements. rows ≥ 1.
void columnMaxima(const float* cosines, std::size_t rows, const PackedTerms& terms, float* best, std::int32_t* bestRow);

} // namespace wordsight::search
