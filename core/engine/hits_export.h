#pragma once

#include <span>
#include <string>

#include "core/engine/searcher.h"

namespace wordsight::engine {

/// Ranked hits with what was asked and what each term added, as JSON: {query, words [{text, weight, model_weight,
/// kind}], hits [{rank, path, score, words [{text, contribution, box, kind}]}], elapsed_ms}. Bytes of a path that are
/// no UTF-8 become U+FFFD.
std::string hitsJson(
    const std::string& sentence, const search::Query& query, std::span<const ExplainedHit> hits, double milliseconds);

} // namespace wordsight::engine
