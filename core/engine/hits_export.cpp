#include "core/engine/hits_export.h"

#include <nlohmann/json.hpp>

namespace wordsight::engine {

namespace {

/// Keeps the order of its members, and writes floats as floats: 0.1, not 0.10000000149011612.
using Json
    = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool, std::int64_t, std::uint64_t, float>;

const char* kindOf(search::TermKind kind)
{
    return kind == search::TermKind::Word ? "word" : "global";
}

Json toJson(const ExplainedHit& hit)
{
    Json words = Json::array();
    for (const ExplainedTerm& term : hit.terms)
        words.push_back({ { "text", term.label }, { "contribution", term.contribution },
            { "box", term.box ? Json { term.box->x, term.box->y, term.box->w, term.box->h } : Json() },
            { "kind", kindOf(term.kind) } });
    return { { "rank", hit.rank }, { "path", hit.photo.path.string() }, { "score", hit.score }, { "words", words } };
}

} // namespace

std::string hitsJson(
    const std::string& sentence, const search::Query& query, std::span<const ExplainedHit> hits, double milliseconds)
{
    Json words = Json::array(), list = Json::array();
    for (const search::Term& term : query.terms)
        words.push_back({ { "text", term.label }, { "weight", term.weight }, { "model_weight", term.modelWeight },
            { "kind", kindOf(term.kind) } });
    for (const ExplainedHit& hit : hits)
        list.push_back(toJson(hit));
    const Json all { { "query", sentence }, { "words", words }, { "hits", list }, { "elapsed_ms", milliseconds } };
    return all.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace wordsight::engine
