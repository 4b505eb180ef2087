#include "core/engine/alignment_export.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/box_json.h"
#include "core/data/npy.h"
#include "core/data/table.h"
#include "core/engine/alignment_sheet.h"
#include "core/engine/svg_renderer.h"

namespace wordsight::engine {

using align::Alignment;

namespace {

constexpr double pngPixelsPerUnit = 1.5;

/// Valid UTF-8 without control characters: what is neither becomes U+FFFD or a space.
std::string printable(const std::string& text)
{
    auto clean = OrderedJson::parse(toText(text)).get<std::string>();
    std::ranges::replace_if(
        clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return clean;
}

Table regionTable(const Alignment& alignment)
{
    Table table;
    std::vector<std::string> heading { "region", "x", "y", "w", "h" };
    heading.insert(heading.end(), alignment.words.begin(), alignment.words.end());
    table.rows.push_back(std::move(heading));
    for (std::size_t r = 0; r < alignment.matrix.rows; ++r) {
        std::vector<std::string> row { std::to_string(r + 1), "", "", "", "" }; // counted as on the screen
        if (r < alignment.boxes.size()) {
            const Box& box = alignment.boxes[r];
            row = { row[0], fmt::to_string(box.x), fmt::to_string(box.y), fmt::to_string(box.w),
                fmt::to_string(box.h) };
        }
        for (const float cosine : alignment.matrix.row(r))
            row.push_back(fmt::to_string(cosine));
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::string jsonText(const Alignment& alignment, const image::Image& photograph, const std::string& sentence)
{
    const std::vector<float> parts = align::contributions(alignment);
    const std::vector<float> factors = align::factors(alignment.weights, alignment.pooling);
    const std::vector<float> matches = align::wordScores(alignment.matrix, alignment.pooling);
    OrderedJson words = OrderedJson::array(), boxes = OrderedJson::array(), matrix = OrderedJson::array(),
                wholes = OrderedJson::array();
    for (const align::AlignedPart& part : alignment.parts)
        wholes.push_back({ { "text", part.label }, { "best_match", part.score }, { "factor", part.weight },
            { "contribution", part.contribution() } });
    for (std::size_t w = 0; w < alignment.words.size(); ++w)
        words.push_back(
            { { "text", alignment.words[w] }, { "span", { alignment.spans[w].begin, alignment.spans[w].end } },
                { "factor", factors[w] }, { "best_match", matches[w] },
                { "usual", alignment.baselines.empty() ? 0 : alignment.baselines[w] }, { "contribution", parts[w] } });
    for (const Box& box : alignment.boxes)
        boxes.push_back(toJson(box));
    for (std::size_t r = 0; r < alignment.matrix.rows; ++r)
        matrix.push_back(alignment.matrix.row(r));
    OrderedJson document { { "sentence", sentence }, { "score", align::score(alignment) },
        { "pooling", align::name(alignment.pooling) },
        { "photograph", { { "width", photograph.width }, { "height", photograph.height } } },
        { "global",
            { { "best_match", alignment.globalScore }, { "factor", alignment.globalWeight },
                { "contribution", align::globalContribution(alignment) } } },
        { "parts", wholes }, { "words", words }, { "boxes", align::hasBoxes(alignment) ? boxes : OrderedJson() },
        { "matrix", matrix } };
    if (!align::hasMatrix(alignment))
        document["note"] = globalOnly;
    return toText(document);
}

std::map<std::string, NpyArray> arrays(const Alignment& alignment, const std::string& sentence)
{
    std::vector<float> boxes, spans;
    for (const Box& box : alignment.boxes)
        boxes.insert(boxes.end(), { box.x, box.y, box.w, box.h });
    for (const TextSpan& span : alignment.spans)
        spans.insert(spans.end(), { static_cast<float>(span.begin), static_cast<float>(span.end) });
    std::vector<std::string> parts;
    std::vector<float> partMatches, partFactors;
    for (const align::AlignedPart& part : alignment.parts) {
        parts.push_back(part.label);
        partMatches.push_back(part.score);
        partFactors.push_back(part.weight);
    }
    const auto scalar = [](float value) { return NpyArray::ofFloats({}, { value }); };
    return { { "matrix", NpyArray::ofFloats({ alignment.matrix.rows, alignment.matrix.cols }, alignment.matrix.data) },
        { "boxes", NpyArray::ofFloats({ alignment.boxes.size(), 4 }, boxes) },
        { "words", NpyArray::ofStrings(alignment.words) }, { "sentence", NpyArray::ofStrings({ sentence }) },
        { "factors",
            NpyArray::ofFloats({ alignment.weights.size() }, align::factors(alignment.weights, alignment.pooling)) },
        { "usual",
            NpyArray::ofFloats({ alignment.weights.size() },
                alignment.baselines.empty() ? std::vector<float>(alignment.weights.size()) : alignment.baselines) },
        { "spans", NpyArray::ofFloats({ alignment.spans.size(), 2 }, spans) },
        { "contributions", NpyArray::ofFloats({ alignment.weights.size() }, align::contributions(alignment)) },
        { "globalMatch", scalar(alignment.globalScore) }, { "globalFactor", scalar(alignment.globalWeight) },
        { "parts", NpyArray::ofStrings(parts) }, { "partMatches", NpyArray::ofFloats({ parts.size() }, partMatches) },
        { "partFactors", NpyArray::ofFloats({ parts.size() }, partFactors) },
        { "score", scalar(align::score(alignment)) } };
}

} // namespace

void exportAlignment(const Alignment& alignment, const image::Image& photograph, const std::string& sentence,
    const std::filesystem::path& file, const SheetStyle& style)
{
    Alignment clean = alignment;
    std::ranges::transform(clean.words, clean.words.begin(), printable);
    const std::string line = printable(sentence);
    const std::string suffix = lowerSuffix(file);
    if (!align::hasMatrix(alignment) && (suffix == ".csv" || suffix == ".npz"))
        throw Error(ErrorKind::Usage,
            fmt::format("{} would hold an empty matrix. {} Its score can be written as .json, .png or .svg.",
                file.string(), globalOnly));
    if (suffix == ".svg")
        writeFileAtomically(file, alignmentSheet(clean, photograph, line, style));
    else if (suffix == ".png")
        writeFileAtomically(file, renderSvg(alignmentSheet(clean, photograph, line, style), pngPixelsPerUnit));
    else if (suffix == ".csv")
        writeFileAtomically(file, csv(regionTable(clean)));
    else if (suffix == ".json")
        writeFileAtomically(file, jsonText(clean, photograph, sentence));
    else if (suffix == ".npz")
        writeNpz(file, arrays(clean, line));
    else
        throw Error(ErrorKind::Usage,
            fmt::format("{} cannot be written: its name must end in .png, .svg, .csv, .json or .npz.", file.string()));
}

} // namespace wordsight::engine
