#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/data/table.h"
#include "core/engine/evaluation/report_export.h"

namespace wordsight::engine {

/// Keys in the order they were written, and floats as floats: 0.1, not 0.10000000149011612.
using ReportJson
    = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool, std::int64_t, std::uint64_t, float>;

/// One report as it is, several as an array, each made by `toJson`. Text that is no UTF-8 gets replacement characters.
template <class Reports, class ToJson> std::string oneOrMany(const Reports& reports, ToJson toJson)
{
    std::vector<ReportJson> made;
    for (const auto& report : reports)
        made.push_back(toJson(report));
    const ReportJson document = made.size() == 1 ? std::move(made.front()) : ReportJson(std::move(made));
    return document.dump(2, ' ', false, ReportJson::error_handler_t::replace) + '\n';
}

/// The reports in that format. `figures` makes the table that CSV holds; `document` writes everything a person reads,
/// with each of its tables written by the function that it is given.
template <class Reports, class ToJson, class Figures, class Document>
std::string inFormat(const Reports& reports, ReportFormat format, ToJson toJson, Figures figures, Document document)
{
    switch (format) {
    case ReportFormat::Json:
        return oneOrMany(reports, toJson);
    case ReportFormat::Csv:
        return csv(figures(reports));
    case ReportFormat::Markdown:
        return document(reports, markdown);
    case ReportFormat::Text:
        break;
    }
    return document(reports, plainText);
}

} // namespace wordsight::engine
