#include "core/engine/alignment_export.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/data/npy.h"
#include "core/data/table.h"
#include "core/engine/alignment_sheet.h"
#include "core/engine/svg_renderer.h"

namespace wordsight::engine {

using align::Alignment;

namespace {

/// Keeps the order of its members, and writes floats as floats: 0.1, not 0.10000000149011612.
using json
    = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool, std::int64_t, std::uint64_t, float>;

constexpr double pngPixelsPerUnit = 1.5;

std::string toText(const json& value)
{
    return value.dump(2, ' ', false, json::error_handler_t::replace);
}

/// Valid UTF-8 without control characters: what is neither becomes U+FFFD or a space.
std::string printable(const std::string& text)
{
    auto clean = json::parse(toText(text)).get<std::string>();
    std::ranges::replace_if(
        clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return clean;
}

std::string csv(const Alignment& alignment)
{
    std::string text = "region,x,y,w,h";
    for (const std::string& word : alignment.words)
        text += ',' + csvCell(word);
    for (std::size_t r = 0; r < alignment.matrix.rows; ++r) {
        text += fmt::format("\r\n{}", r);
        if (const Box* box = r < alignment.boxes.size() ? &alignment.boxes[r] : nullptr)
            text += fmt::format(",{},{},{},{}", box->x, box->y, box->w, box->h);
        else
            text += ",,,,";
        for (const float cosine : alignment.matrix.row(r))
            text += fmt::format(",{}", cosine);
    }
    return text + "\r\n";
}

std::string jsonText(const Alignment& alignment, const image::Image& photograph, const std::string& sentence)
{
    const std::vector<float> parts = align::contributions(alignment);
    json words = json::array(), boxes = json::array(), matrix = json::array();
    for (std::size_t w = 0; w < alignment.words.size(); ++w)
        words.push_back({ { "text", alignment.words[w] },
            { "span", { alignment.spans[w].begin, alignment.spans[w].end } }, { "weight", alignment.weights[w] },
            { "baseline", alignment.baselines.empty() ? 0 : alignment.baselines[w] }, { "contribution", parts[w] } });
    for (const Box& box : alignment.boxes)
        boxes.push_back({ box.x, box.y, box.w, box.h });
    for (std::size_t r = 0; r < alignment.matrix.rows; ++r)
        matrix.push_back(alignment.matrix.row(r));
    json document { { "sentence", sentence }, { "score", align::score(alignment) },
        { "pooling", align::name(alignment.pooling) },
        { "photograph", { { "width", photograph.width }, { "height", photograph.height } } },
        { "global",
            { { "score", alignment.globalScore }, { "weight", alignment.globalWeight },
                { "contribution", align::globalContribution(alignment) } } },
        { "words", words }, { "boxes", align::hasBoxes(alignment) ? boxes : json() }, { "matrix", matrix } };
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
    const auto scalar = [](float value) { return NpyArray::ofFloats({}, { value }); };
    return { { "matrix", NpyArray::ofFloats({ alignment.matrix.rows, alignment.matrix.cols }, alignment.matrix.data) },
        { "boxes", NpyArray::ofFloats({ alignment.boxes.size(), 4 }, boxes) },
        { "words", NpyArray::ofStrings(alignment.words) }, { "sentence", NpyArray::ofStrings({ sentence }) },
        { "weights", NpyArray::ofFloats({ alignment.weights.size() }, alignment.weights) },
        { "baselines",
            NpyArray::ofFloats({ alignment.weights.size() },
                alignment.baselines.empty() ? std::vector<float>(alignment.weights.size()) : alignment.baselines) },
        { "spans", NpyArray::ofFloats({ alignment.spans.size(), 2 }, spans) },
        { "contributions", NpyArray::ofFloats({ alignment.weights.size() }, align::contributions(alignment)) },
        { "globalScore", scalar(alignment.globalScore) }, { "globalWeight", scalar(alignment.globalWeight) },
        { "score", scalar(align::score(alignment)) } };
}

std::string suffixOf(const std::filesystem::path& file)
{
    std::string suffix = file.extension().string();
    std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return suffix;
}

} // namespace

void exportAlignment(const Alignment& alignment, const image::Image& photograph, const std::string& sentence,
    const std::filesystem::path& file, const align::HeatStyle& style)
{
    Alignment clean = alignment;
    std::ranges::transform(clean.words, clean.words.begin(), printable);
    const std::string line = printable(sentence);
    const std::string suffix = suffixOf(file);
    if (!align::hasMatrix(alignment) && (suffix == ".csv" || suffix == ".npz"))
        throw Error(ErrorKind::Usage,
            fmt::format("{} would hold an empty matrix. {} Its score can be written as .json, .png or .svg.",
                file.string(), globalOnly));
    if (suffix == ".svg")
        writeFileAtomically(file, alignmentSheet(clean, photograph, line, style));
    else if (suffix == ".png")
        writeFileAtomically(file, renderSvg(alignmentSheet(clean, photograph, line, style), pngPixelsPerUnit));
    else if (suffix == ".csv")
        writeFileAtomically(file, csv(clean));
    else if (suffix == ".json")
        writeFileAtomically(file, jsonText(clean, photograph, sentence));
    else if (suffix == ".npz")
        writeNpz(file, arrays(clean, line));
    else
        throw Error(ErrorKind::Usage,
            fmt::format("{} cannot be written: its name must end in .png, .svg, .csv, .json or .npz.", file.string()));
}

} // namespace wordsight::engine
