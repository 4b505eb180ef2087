#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/ids.h"
#include "core/data/matrix.h"
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

/// Asked every few milliseconds, from the calling thread.
using StopQuestion = std::function<bool()>;

/// Exact MaxSim over every region vector (half floats × float, accumulated in float; SIMD chosen at run time), on
/// `threads` threads (0: one a core). A global term meets the global vector; 0 where the rows have none.
/// Throws Error{Cancelled} when `stop` says so, Error{ModelMismatch} if a term has another dimension than the rows.
TermMaxima maxSim(
    const store::ModelRows& rows, std::span<const Term> terms, int threads = 0, const StopQuestion& stop = {});

/// The same for any pooling: `maxima` then holds what each word earns (align::wordScores); rank() and contributions()
/// take it as they take maxima. MrSw and MrAVGw are maxSim.
TermMaxima scan(const store::ModelRows& rows, const Query& query, int threads = 0, const StopQuestion& stop = {});

/// The best cosine of each term over the regions of each photograph in memory. photos: matrices [R × D], terms [T × D]
/// → [photos × T]. For evaluations: many photographs against many sentences.
Matrix maxSim(std::span<const Matrix> photos, const Matrix& terms, int threads = 0, const StopQuestion& stop = {});

/// The same for any pooling: what each word earns (align::wordScores) in each photograph. words: the words of all
/// sentences one after the other [W × D], lengths: how many each has. → [photos × W]. MrSw and MrAVGw are maxSim.
Matrix wordScores(std::span<const Matrix> photos, const Matrix& words, std::span<const std::size_t> lengths,
    align::Pooling pooling, int threads = 0);

/// All cosines of a row of the file with the query's words, [R × words]; bit for bit those whose maxima maxSim gives.
Matrix cosines(const store::VectorView& vectors, std::size_t row, std::span<const Term> terms);

struct Hit {
    PhotoId photo;
    std::size_t row = 0; ///< index into TermMaxima
    float score = 0;
};

/// The k best photographs for the terms' weights of now; ties by photo id. Words by query.pooling (see
/// align::factors), global terms added.
std::vector<Hit> rank(const TermMaxima& maxima, const Query& query, std::size_t k);

/// Per term what it adds to a photograph's score; the sum, in order, is Hit::score exactly.
std::vector<float> contributions(const TermMaxima& maxima, const Query& query, std::size_t row);

} // namespace wordsight::search
