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

/// The k best photographs for the terms' weights of now; ties by photo id. Words by query.pooling (see
/// align::factors), terms of the other kinds added; of a choice (Term::choice) only the term that adds most.
std::vector<Hit> rank(const TermScores& scores, const Query& query, std::size_t k);

/// Per term what it adds to a photograph's score; the sum, in order, is Hit::score exactly.
std::vector<float> contributions(const TermScores& scores, const Query& query, std::size_t row);

} // namespace wordsight::search
