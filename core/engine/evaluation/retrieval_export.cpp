#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/data/table.h"
#include "core/engine/evaluation/report_export.h"
#include "core/engine/evaluation/report_json.h"

namespace wordsight::engine {

namespace {

using eval::Interval;
using eval::RecallIntervals;
using eval::Recalls;

struct Figure {
    const char* key;
    const char* heading;
    double Recalls::*value;
    Interval RecallIntervals::*interval;
};

constexpr std::array figures {
    Figure { "r1", "R@1", &Recalls::r1, &RecallIntervals::r1 },
    Figure { "r5", "R@5", &Recalls::r5, &RecallIntervals::r5 },
    Figure { "r10", "R@10", &Recalls::r10, &RecallIntervals::r10 },
    Figure { "medr", "median", &Recalls::medr, &RecallIntervals::medr },
    Figure { "meanr", "mean", &Recalls::meanr, &RecallIntervals::meanr },
};

/// One of the two directions of a report.
struct Side {
    const char* key;
    const char* label;
    Recalls eval::RetrievalResult::*recalls;
    RecallIntervals eval::RetrievalIntervals::*intervals;
    double eval::Ndcg::*ndcg;
    RetrievalDirection RetrievalReport::*direction;
};

constexpr std::array sides {
    Side { "i2t", "image → text", &eval::RetrievalResult::i2t, &eval::RetrievalIntervals::i2t, &eval::Ndcg::i2t,
        &RetrievalReport::imageToText },
    Side { "t2i", "text → image", &eval::RetrievalResult::t2i, &eval::RetrievalIntervals::t2i, &eval::Ndcg::t2i,
        &RetrievalReport::textToImage },
};

OrderedJson toJson(const Interval& interval)
{
    return { interval.low, interval.high };
}

OrderedJson toJson(const RetrievalFailure& failure)
{
    OrderedJson json { { "image", failure.image }, { "caption", failure.caption }, { "rank", failure.rank },
        { "score", failure.score }, { "first_image", failure.firstImage } };
    if (!failure.firstCaption.empty())
        json["first_caption"] = failure.firstCaption;
    json["first_score"] = failure.firstScore;
    return json;
}

OrderedJson toJson(const eval::RetrievalIntervals& intervals)
{
    OrderedJson json { { "percent", 95 }, { "samples", intervals.samples } };
    for (const Side& side : sides)
        for (const Figure& figure : figures)
            json[side.key][figure.key] = toJson(intervals.*side.intervals.*figure.interval);
    json["rsum"] = toJson(intervals.rsum);
    return json;
}

OrderedJson toJson(const RetrievalReport& report)
{
    OrderedJson json { { "images", report.images }, { "captions", report.captions },
        { "protocol", eval::name(report.protocol) }, { "folds", report.folds } };
    for (const Side& side : sides)
        for (const Figure& figure : figures)
            json[side.key][figure.key] = report.result.*side.recalls.*figure.value;
    json["rsum"] = report.result.rsum();
    json["ties"] = "wrong answers first";
    json["model"] = report.model;
    json["scoring"] = report.scoring;
    if (report.intervals)
        json["intervals"] = toJson(*report.intervals);
    for (const Side& side : sides) {
        if (report.ndcg)
            json["ndcg25"][side.key] = (*report.ndcg).*side.ndcg;
        json["curve"][side.key] = (report.*side.direction).curve;
        OrderedJson& failures = json["failures"][side.key] = OrderedJson::array();
        for (const RetrievalFailure& failure : (report.*side.direction).failures)
            failures.push_back(toJson(failure));
    }
    return json;
}

std::string withInterval(double value, const Interval* interval, int decimals)
{
    return interval
        ? fmt::format("{:.{}f} [{:.{}f}, {:.{}f}]", value, decimals, interval->low, decimals, interval->high, decimals)
        : fmt::format("{:.{}f}", value, decimals);
}

/// A row for each model and direction.
Table table(std::span<const RetrievalReport> reports)
{
    const bool ndcg
        = std::ranges::any_of(reports, [](const RetrievalReport& report) { return report.ndcg.has_value(); });
    Table table { ndcg ? "llrrrrrrr" : "llrrrrrr", { { "model", "direction" } } };
    for (const Figure& figure : figures)
        table.rows[0].push_back(figure.heading);
    if (ndcg)
        table.rows[0].push_back("NDCG@25");
    table.rows[0].push_back("sum of recalls");
    for (const RetrievalReport& report : reports)
        for (const Side& side : sides) {
            auto& row = table.rows.emplace_back(
                std::vector<std::string> { &side == &sides[0] ? report.model : "", side.label });
            for (const Figure& figure : figures) {
                const bool median = figure.value == &Recalls::medr && report.folds == 1;
                row.push_back(withInterval(report.result.*side.recalls.*figure.value,
                    report.intervals ? &(*report.intervals.*side.intervals.*figure.interval) : nullptr,
                    median ? 0 : 1));
            }
            if (ndcg)
                row.push_back(report.ndcg ? fmt::format("{:.4f}", (*report.ndcg).*side.ndcg) : "");
            row.push_back(&side == &sides[0]
                    ? withInterval(report.result.rsum(), report.intervals ? &report.intervals->rsum : nullptr, 1)
                    : "");
        }
    return table;
}

Table csvTable(std::span<const RetrievalReport> reports)
{
    Table table { {}, { { "model", "scoring", "protocol", "images", "captions", "direction" } } };
    for (const Figure& figure : figures)
        for (const char* suffix : { "", "_low", "_high" })
            table.rows[0].push_back(std::string(figure.key) + suffix);
    for (const char* heading : { "ndcg25", "rsum", "rsum_low", "rsum_high" })
        table.rows[0].push_back(heading);
    const auto add = [&](double value, const Interval* interval) {
        auto& row = table.rows.back();
        row.push_back(fmt::format("{:.3f}", value));
        row.push_back(interval ? fmt::format("{:.3f}", interval->low) : "");
        row.push_back(interval ? fmt::format("{:.3f}", interval->high) : "");
    };
    for (const RetrievalReport& report : reports)
        for (const Side& side : sides) {
            table.rows.push_back({ report.model, report.scoring, std::string(eval::name(report.protocol)),
                fmt::format("{}", report.images), fmt::format("{}", report.captions), side.key });
            for (const Figure& figure : figures)
                add(report.result.*side.recalls.*figure.value,
                    report.intervals ? &(*report.intervals.*side.intervals.*figure.interval) : nullptr);
            table.rows.back().push_back(report.ndcg ? fmt::format("{:.5f}", (*report.ndcg).*side.ndcg) : "");
            add(report.result.rsum(), report.intervals ? &report.intervals->rsum : nullptr);
        }
    return table;
}

Table failureTable(const RetrievalReport& report, const Side& side)
{
    const bool toText = side.direction == &RetrievalReport::imageToText;
    Table table { "rlll", { { "rank", "photograph", toText ? "its best caption" : "caption", "came first" } } };
    for (const RetrievalFailure& failure : (report.*side.direction).failures)
        table.rows.push_back({ fmt::format("{}", failure.rank), failure.image, failure.caption,
            toText ? fmt::format("{} ({})", failure.firstCaption, failure.firstImage) : failure.firstImage });
    return table;
}

std::string document(std::span<const RetrievalReport> reports, std::string (*format)(const Table&))
{
    const RetrievalReport& first = reports.front();
    std::string text = fmt::format("{} photographs, {} captions{}. ", first.images, first.captions,
        first.folds > 1 ? fmt::format(", the mean over {} folds", first.folds) : "");
    for (const RetrievalReport& report : reports)
        text += fmt::format("{} is scored by {}. ", report.model, report.scoring);
    text += "Among equal scores wrong answers come first.";
    if (first.intervals)
        text += fmt::format(" In brackets: 95 % intervals over {} resamples of the photographs with their captions.",
            first.intervals->samples);
    text += "\n\n" + format(table(reports));
    for (const RetrievalReport& report : reports)
        for (const Side& side : sides)
            if (!(report.*side.direction).failures.empty())
                text += fmt::format(
                    "\nThe worst of {}, {}\n\n{}", report.model, side.label, format(failureTable(report, side)));
    return text;
}

} // namespace

std::optional<ReportFormat> reportFormatNamed(std::string_view name)
{
    constexpr std::array<std::string_view, 4> names { "text", "json", "csv", "markdown" };
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? std::nullopt : std::optional(static_cast<ReportFormat>(found - names.begin()));
}

std::string exportReports(std::span<const RetrievalReport> reports, ReportFormat format)
{
    return inFormat(
        reports, format, [](const RetrievalReport& report) { return toJson(report); }, csvTable, document);
}

} // namespace wordsight::engine
