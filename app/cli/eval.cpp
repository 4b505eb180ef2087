#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/engine/evaluation/grounding.h"
#include "core/engine/evaluation/retrieval.h"

namespace wordsight::app::cli {
namespace {

struct EvalOptions {
    engine::EvaluationInput input;
    std::filesystem::path entities;
    ModelOptions model;
    bool json = false;

    void addTo(CLI::App& command)
    {
        command.add_option("--dataset", input.dataset, "Karpathy split file (JSON)")->required();
        command.add_option("--images", input.images, "Folder of the images it names")->required();
        command.add_option("--split", input.split, "Split to evaluate: val, test, ...")->capture_default_str();
        model.addTo(command);
        command.add_flag("--json", json, "Print JSON");
    }
};

Json toJson(const eval::Recalls& recalls)
{
    return {{"r1", recalls.r1}, {"r5", recalls.r5}, {"r10", recalls.r10},
            {"medr", recalls.medr}, {"meanr", recalls.meanr}};
}

std::vector<std::string> row(const char* label, const eval::Recalls& recalls)
{
    const auto one = [](double value) { return fmt::format("{:.1f}", value); };
    return {label, one(recalls.r1), one(recalls.r5), one(recalls.r10), fmt::format("{:.0f}", recalls.medr), one(recalls.meanr)};
}

void runRetrieval(const EvalOptions& options)
{
    const auto model = options.model.open();
    const auto report = engine::evaluateRetrieval(*model, options.input, {}, consoleProgress());
    if (options.json) {
        print({{"images", report.images}, {"captions", report.captions}, {"i2t", toJson(report.result.i2t)},
               {"t2i", toJson(report.result.t2i)}, {"rsum", report.result.rsum()}, {"model", report.model},
               {"scoring", report.scoring}});
        return;
    }
    fmt::print("{} on {}: {} images, {} captions, scored by {}\n\n", report.model, options.input.split, report.images,
               report.captions, report.scoring);
    printTable({{"", "R@1", "R@5", "R@10", "median", "mean"}, row("image → text", report.result.i2t),
                row("text → image", report.result.t2i)},
               "lrrrrr");
    fmt::print("\nsum of recalls {:.1f}\n", report.result.rsum());
}

void runGrounding(const EvalOptions& options)
{
    const auto model = options.model.open();
    const auto result = engine::evaluateGrounding(*model, options.input, options.entities, consoleProgress());
    if (options.json) {
        Json byType = Json::object();
        Json phrasesByType = Json::object();
        for (const auto& [type, hits] : result.byType)
            byType[type] = hits;
        for (const auto& [type, phrases] : result.phrasesByType)
            phrasesByType[type] = phrases;
        print({{"phrases", result.phrases}, {"pointing", result.pointing},
               {"baseline_center", result.baselineCenter}, {"baseline_random", result.baselineRandom},
               {"by_type", byType}, {"phrases_by_type", phrasesByType}, {"model", model->info().name}});
        return;
    }
    fmt::print("{} on {}: the peak of a phrase's map lies in its box\n\n", model->info().name, options.input.split);
    std::vector<std::vector<std::string>> rows{{"", "phrases", "%"}};
    const auto add = [&](std::string label, std::size_t phrases, double hits) {
        rows.push_back({std::move(label), fmt::format("{}", phrases), fmt::format("{:.1f}", hits)});
    };
    add("all", result.phrases, result.pointing);
    for (const auto& [type, hits] : result.byType)
        add("  " + type, result.phrasesByType.at(type), hits);
    add("always the centre", result.phrases, result.baselineCenter);
    add("a random region", result.phrases, result.baselineRandom);
    printTable(rows, "lrr");
}

} // namespace

void addEval(CLI::App& program)
{
    auto options = std::make_shared<EvalOptions>();
    auto* command = program.add_subcommand("eval", "Measure retrieval on a data set");
    options->addTo(*command);
    command->callback([options] { runRetrieval(*options); });
}

void addEvalGrounding(CLI::App& program)
{
    auto options = std::make_shared<EvalOptions>();
    auto* command = program.add_subcommand("eval-grounding", "Measure whether heatmaps point at what phrases name");
    command->add_option("--entities", options->entities, "Folder in the layout of Flickr30k Entities")->required();
    options->addTo(*command);
    command->callback([options] { runGrounding(*options); });
}

} // namespace wordsight::app::cli
