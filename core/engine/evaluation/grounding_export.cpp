#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "core/data/box_json.h"
#include "core/data/table.h"
#include "core/engine/evaluation/report_export.h"
#include "core/engine/evaluation/report_json.h"

namespace wordsight::engine {

namespace {

OrderedJson toJson(const PointingMiss& miss)
{
    OrderedJson boxes = OrderedJson::array();
    for (const Box& box : miss.phrase.boxes)
        boxes.push_back(wordsight::toJson(box));
    const TextSpan span = miss.phrase.span;
    return { { "image", miss.image }, { "caption", miss.caption },
        { "phrase", miss.caption.substr(span.begin, span.end - span.begin) }, { "type", miss.phrase.type },
        { "boxes", boxes }, { "peak", { miss.peak.x, miss.peak.y } }, { "distance", miss.distance } };
}

template <class Value> OrderedJson toJson(const std::map<std::string, Value>& values)
{
    OrderedJson json = OrderedJson::object();
    for (const auto& [key, value] : values)
        json[key] = value;
    return json;
}

OrderedJson toJson(const GroundingReport& report)
{
    const eval::PointingResult& pointing = report.pointing;
    OrderedJson json { { "phrases", pointing.phrases }, { "pointing", pointing.pointing },
        { "baseline_center", pointing.baselineCenter }, { "baseline_random", pointing.baselineRandom },
        { "by_type", toJson(pointing.byType) }, { "phrases_by_type", toJson(pointing.phrasesByType) },
        { "by_size", toJson(report.bySize.byType) }, { "phrases_by_size", toJson(report.bySize.phrasesByType) },
        { "intensity", { { "inside", report.maps.inside }, { "outside", report.maps.outside } } } };
    OrderedJson& curve = json["curve"] = OrderedJson::array();
    for (const eval::MapAtThreshold& point : report.maps.curve)
        curve.push_back({ { "threshold", point.threshold }, { "mass_inside", point.massInside }, { "iou", point.iou },
            { "accuracy", point.accuracy } });
    OrderedJson& misses = json["misses"] = OrderedJson::array();
    for (const PointingMiss& miss : report.misses)
        misses.push_back(toJson(miss));
    json["images"] = report.images;
    json["model"] = report.model;
    return json;
}

using Cell = std::function<std::string(const GroundingReport&)>;

std::string percent(double value)
{
    return fmt::format("{:.1f}", value);
}

const eval::MapAtThreshold& highest(const GroundingReport& report, double eval::MapAtThreshold::*figure)
{
    return *std::ranges::max_element(report.maps.curve, {}, figure);
}

std::string highestText(const GroundingReport& report, double eval::MapAtThreshold::*figure)
{
    const eval::MapAtThreshold& point = highest(report, figure);
    return fmt::format("{:.1f} at {:.2f}", point.*figure, point.threshold);
}

/// A column for each model; what is the same for all is in the column of phrases.
Table table(std::span<const GroundingReport> reports)
{
    Table table { "lr" + std::string(reports.size(), 'r'), { { "", "phrases" } } };
    for (const GroundingReport& report : reports)
        table.rows[0].push_back(report.model);
    const auto add = [&](const std::string& label, const std::string& phrases, const Cell& cell) {
        auto& row = table.rows.emplace_back(std::vector { label, phrases });
        std::ranges::transform(reports, std::back_inserter(row), cell);
    };
    const auto addGroups = [&](eval::PointingResult GroundingReport::*groups) {
        for (const auto& [name, phrases] : (reports.front().*groups).phrasesByType)
            add("  " + name, fmt::format("{}", phrases),
                [&](const GroundingReport& report) { return percent((report.*groups).byType.at(name)); });
    };
    add("the peak lies in a box, %", fmt::format("{}", reports.front().pointing.phrases),
        [](const auto& r) { return percent(r.pointing.pointing); });
    addGroups(&GroundingReport::pointing);
    addGroups(&GroundingReport::bySize);
    add("always the middle, %", "", [](const auto& r) { return percent(r.pointing.baselineCenter); });
    add("a random region, %", "", [](const auto& r) { return percent(r.pointing.baselineRandom); });
    add("mean intensity in the boxes", "", [](const auto& r) { return fmt::format("{:.3f}", r.maps.inside); });
    add("mean intensity elsewhere", "", [](const auto& r) { return fmt::format("{:.3f}", r.maps.outside); });
    add("map's mass in the boxes, %", "", [](const auto& r) { return percent(r.maps.curve.front().massInside); });
    add("highest IoU, % at threshold", "", [](const auto& r) { return highestText(r, &eval::MapAtThreshold::iou); });
    add("highest accuracy (IoU ≥ ½), % at threshold", "",
        [](const auto& r) { return highestText(r, &eval::MapAtThreshold::accuracy); });
    return table;
}

Table csvTable(std::span<const GroundingReport> reports)
{
    Table table { {}, { { "model", "figure", "group", "phrases", "value" } } };
    for (const GroundingReport& report : reports) {
        const auto add = [&](const char* figure, const std::string& group, std::size_t phrases, double value) {
            table.rows.push_back(
                { report.model, figure, group, fmt::format("{}", phrases), fmt::format("{:.3f}", value) });
        };
        const std::size_t all = report.pointing.phrases;
        add("pointing", "", all, report.pointing.pointing);
        for (const auto* groups : { &report.pointing, &report.bySize })
            for (const auto& [name, hits] : groups->byType)
                add("pointing", name, groups->phrasesByType.at(name), hits);
        add("baseline_center", "", all, report.pointing.baselineCenter);
        add("baseline_random", "", all, report.pointing.baselineRandom);
        add("intensity_inside", "", all, report.maps.inside);
        add("intensity_outside", "", all, report.maps.outside);
        for (const eval::MapAtThreshold& point : report.maps.curve) {
            const std::string threshold = fmt::format("{:.2f}", point.threshold);
            add("mass_inside", threshold, all, point.massInside);
            add("iou", threshold, all, point.iou);
            add("accuracy", threshold, all, point.accuracy);
        }
    }
    return table;
}

Table missTable(const GroundingReport& report)
{
    Table table { "rlll", { { "away", "photograph", "phrase", "caption" } } };
    for (const PointingMiss& miss : report.misses)
        table.rows.push_back({ fmt::format("{:.2f}", miss.distance), miss.image,
            miss.caption.substr(miss.phrase.span.begin, miss.phrase.span.end - miss.phrase.span.begin), miss.caption });
    return table;
}

std::string document(std::span<const GroundingReport> reports, std::string (*format)(const Table&))
{
    std::string text
        = fmt::format("{} photographs. small: the largest box of a phrase covers less than 1/300 of the photograph, "
                      "medium: less than 3/100.\n\n{}",
            reports.front().images, format(table(reports)));
    for (const GroundingReport& report : reports)
        if (!report.misses.empty())
            text += fmt::format("\nThe farthest misses of {}, in sides of the photograph\n\n{}", report.model,
                format(missTable(report)));
    return text;
}

} // namespace

std::string exportReports(std::span<const GroundingReport> reports, ReportFormat format)
{
    return inFormat(
        reports, format, [](const GroundingReport& report) { return toJson(report); }, csvTable, document);
}

} // namespace wordsight::engine
