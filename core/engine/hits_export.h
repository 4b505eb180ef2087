#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "core/engine/search/searcher.h"

namespace wordsight::engine {

/// Ranked hits with what was asked and what each term added, as JSON: {query, words [{text, weight, model_weight,
/// kind}], hits [{rank, path, score, words [{text, contribution, box, kind}], offline, offline_because}], elapsed_ms}.
/// Bytes of a path that are no UTF-8 become U+FFFD; only what is offline says because of what.
std::string hitsJson(
    const std::string& sentence, const search::Query& query, std::span<const ExplainedHit> hits, double milliseconds);

/// The same as a table: rank, path, score, then what each term adds, a column per term.
std::string hitsCsv(const search::Query& query, std::span<const ExplainedHit> hits);

/// Writes hits in the format of the file's suffix, .csv or .json. The file appears whole or not at all.
/// Throws Error{Usage} for another suffix, Error{Io} if it cannot be written.
void exportHits(const std::string& sentence, const search::Query& query, std::span<const ExplainedHit> hits,
    double milliseconds, const std::filesystem::path& file);

} // namespace wordsight::engine
