#pragma once

#include <string>
#include <vector>

#include "core/base/ordered_json.h"

#include "core/data/table.h"
#include "core/engine/evaluation/report_export.h"

namespace wordsight::engine {

/// One report as it is, several as an array, each made by `toJson`. Text that is no UTF-8 gets replacement characters.
template <class Reports, class ToJson> std::string oneOrMany(const Reports& reports, ToJson toJson)
{
    std::vector<OrderedJson> made;
    for (const auto& report : reports)
        made.push_back(toJson(report));
    const OrderedJson document = made.size() == 1 ? std::move(made.front()) : OrderedJson(std::move(made));
    return toText(document) + '\n';
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
