#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/engine/evaluation/modality_gap.h"

namespace wordsight::app::cli {
namespace {

struct GapOptions {
    engine::EvaluationInput input;
    std::vector<std::string> models { engine::gapBefore, engine::gapAfter };
    std::string device = "auto";
    bool points = false;
    bool json = false;
};

Json pointsOf(const Matrix& cloud)
{
    Json points = Json::array();
    for (std::size_t r = 0; r < cloud.rows; ++r)
        points.push_back({ cloud(r, 0), cloud(r, 1) });
    return points;
}

Json toJson(const engine::ModalityGap& gap, bool points)
{
    const auto side = [](const eval::Recalls& r) {
        return Json { { "r1", r.r1 }, { "r5", r.r5 }, { "r10", r.r10 }, { "medr", r.medr }, { "meanr", r.meanr } };
    };
    Json json { { "model", gap.model }, { "images", gap.images.rows }, { "captions", gap.sentences.rows },
        { "classifier_accuracy", gap.classifierAccuracy }, { "centroid_distance", gap.centroidDistance },
        { "plane_share", gap.planeShare }, { "i2t", side(gap.retrieval.i2t) }, { "t2i", side(gap.retrieval.t2i) },
        { "rsum", gap.retrieval.rsum() } };
    if (points)
        json.update({ { "image_points", pointsOf(gap.images) }, { "caption_points", pointsOf(gap.sentences) },
            { "image_names", gap.imageNames }, { "caption_texts", gap.captions }, { "owner", gap.owner } });
    return json;
}

void run(const GapOptions& options)
{
    Json reports = Json::array();
    std::vector<std::vector<std::string>> rows { { "model", "classifier %", "centroids", "R@1 i→t", "R@1 t→i",
        "sum of recalls" } };
    for (const std::string& name : options.models) {
        const auto model = ModelOptions { name, options.device }.open();
        const auto gap = engine::modalityGap(*model, options.input, consoleJob());
        reports.push_back(toJson(gap, options.points));
        rows.push_back({ gap.model, fmt::format("{:.1f}", gap.classifierAccuracy),
            fmt::format("{:.3f}", gap.centroidDistance), fmt::format("{:.1f}", gap.retrieval.i2t.r1),
            fmt::format("{:.1f}", gap.retrieval.t2i.r1), fmt::format("{:.1f}", gap.retrieval.rsum()) });
    }
    if (options.json) {
        print(reports);
        return;
    }
    printTable(rows, "lrrrrr");
    fmt::print("\nclassifier: held-out accuracy of a fresh classifier of photographs and sentences; 50 is "
               "indistinguishable\n");
}

} // namespace

void addModalityGap(CLI::App& program)
{
    auto options = std::make_shared<GapOptions>();
    auto* command = program.add_subcommand(
        "modality-gap", "Measure how far the vectors of photographs and of sentences stand apart");
    command->add_option("--dataset", options->input.dataset, "Karpathy split file (JSON)")
        ->required()
        ->transform(namedPath());
    command->add_option("--images", options->input.images, "Folder of the images it names")
        ->required()
        ->transform(namedPath());
    command->add_option("--split", options->input.split, "Split to measure: val, test, ...")->capture_default_str();
    command->add_option("--model", options->models, "Model by name or folder; once for each to compare")
        ->type_size(1)
        ->allow_extra_args(false)
        ->capture_default_str();
    command->add_option("--device", options->device, "Where to compute")
        ->check(CLI::IsMember({ "auto", "cpu", "cuda" }))
        ->capture_default_str();
    command->add_flag("--points", options->points, "With --json: both clouds in two dimensions as well");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options] { run(*options); });
}

} // namespace wordsight::app::cli
