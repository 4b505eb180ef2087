#pragma once

#include <cstddef>
#include <vector>

#include "core/base/ids.h"
#include "core/search/query.h"
#include "core/search/term_scores.h"

namespace wordsight::search {

struct Hit {
    PhotoId photo;
    std::size_t row = 0; ///< index into TermScores
    float score = 0;
};

/// The higher score first; ties by photo id.
inline bool better(const Hit& a, const Hit& b)
{
    return a.score != b.score ? a.score > b.score : a.photo < b.photo;
}

/// All photographs for the terms' weights of now, the first `ordered` of them in order, as rank() has them.
std::vector<Hit> rankAll(const TermScores& scores, const Query& query, std::size_t ordered);

/// The k best photographs for the terms' weights of now; ties by photo id. Words by query.pooling (see
/// align::factors), terms of the other kinds added; of a choice (Term::choice) only the term that adds most.
std::vector<Hit> rank(const TermScores& scores, const Query& query, std::size_t k);

/// Per term what it adds to a photograph's score; the sum, in order, is Hit::score exactly.
std::vector<float> contributions(const TermScores& scores, const Query& query, std::size_t row);

} // namespace wordsight::search
