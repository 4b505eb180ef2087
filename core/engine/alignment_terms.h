#pragma once

#include <vector>

#include "core/align/alignment.h"
#include "core/engine/search/searcher.h"

namespace wordsight::engine {

/// What each word of an alignment adds to its score, and the sentence as a whole where it counts: as explain() says it
/// of a hit. A word's box is that of the region that meets it best. Contributions sum to align::score().
std::vector<ExplainedTerm> explainedTerms(const align::Alignment& alignment);

} // namespace wordsight::engine
