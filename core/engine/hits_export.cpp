#include "core/engine/hits_export.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/box_json.h"
#include "core/data/path_text.h"
#include "core/data/table.h"

namespace wordsight::engine {

namespace {

const char* kindOf(search::TermKind kind)
{
    return kind == search::TermKind::Word ? "word" : kind == search::TermKind::Part ? "part" : "global";
}

OrderedJson toJson(const ExplainedHit& hit)
{
    OrderedJson words = OrderedJson::array();
    for (const ExplainedTerm& term : hit.terms)
        words.push_back({ { "text", term.label }, { "contribution", term.contribution },
            { "box", term.box ? wordsight::toJson(*term.box) : OrderedJson() }, { "kind", kindOf(term.kind) } });
    OrderedJson json { { "rank", hit.rank }, { "path", pathText(hit.photo.path) }, { "score", hit.score },
        { "words", words }, { "offline", !hit.offline.empty() } };
    if (!hit.offline.empty())
        json["offline_because"] = hit.offline;
    return json;
}

} // namespace

std::string hitsJson(
    const std::string& sentence, const search::Query& query, std::span<const ExplainedHit> hits, double milliseconds)
{
    OrderedJson words = OrderedJson::array(), list = OrderedJson::array();
    for (const search::Term& term : query.terms)
        words.push_back({ { "text", term.label }, { "weight", term.weight }, { "model_weight", term.modelWeight },
            { "kind", kindOf(term.kind) }, { "function_word", term.functionWord }, { "unknown", term.unknown } });
    for (const ExplainedHit& hit : hits)
        list.push_back(toJson(hit));
    const OrderedJson all { { "query", sentence }, { "truncated", query.truncated },
        { "other_language", query.otherLanguage }, { "words", words }, { "hits", list },
        { "elapsed_ms", milliseconds } };
    return toText(all);
}

std::string hitsCsv(const search::Query& query, std::span<const ExplainedHit> hits)
{
    Table table;
    std::vector<std::string> heading { "rank", "path", "score" };
    for (const search::Term& term : query.terms)
        heading.push_back(term.kind == search::TermKind::Global ? "whole sentence"
                : term.kind == search::TermKind::Part           ? term.label + " in the whole"
                                                                : term.label);
    table.rows.push_back(std::move(heading));
    for (const ExplainedHit& hit : hits) {
        std::vector<std::string> row { fmt::to_string(hit.rank), pathText(hit.photo.path), fmt::to_string(hit.score) };
        for (const ExplainedTerm& term : hit.terms)
            row.push_back(fmt::to_string(term.contribution));
        table.rows.push_back(std::move(row));
    }
    return csv(table);
}

void exportHits(const std::string& sentence, const search::Query& query, std::span<const ExplainedHit> hits,
    double milliseconds, const std::filesystem::path& file)
{
    const std::string suffix = lowerSuffix(file);
    if (suffix == ".csv")
        writeFileAtomically(file, hitsCsv(query, hits));
    else if (suffix == ".json")
        writeFileAtomically(file, hitsJson(sentence, query, hits, milliseconds));
    else
        throw Error(
            ErrorKind::Usage, fmt::format("{} cannot be written: its name must end in .csv or .json.", file.string()));
}

} // namespace wordsight::engine
