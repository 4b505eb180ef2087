#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/base/error.h"
#include "core/engine/evaluation/grounding.h"
#include "core/engine/evaluation/relevance.h"
#include "core/engine/evaluation/report_export.h"
#include "core/engine/evaluation/retrieval.h"

namespace wordsight::app::cli {
namespace {

/// What both commands take.
struct EvalOptions {
    engine::EvaluationInput input;
    ModelsOptions models;
    std::string format = "text";
    bool json = false;
    std::size_t failures = 5;

    void addTo(CLI::App& command)
    {
        command.add_option("--dataset,--captions", input.dataset,
            "Karpathy split file, or captions of COCO (JSON) [the precomp folder's own sentences]");
        command.add_option("--images", input.images, "Folder of the images it names");
        command.add_option("--features", input.features,
            "In place of photographs: features computed elsewhere (folder with bu_att and bu_box, bottom-up .tsv, or "
            "precomp folder)");
        command.add_option("--split", input.split, "Split to evaluate: val, test, ... (captions of COCO have none)")
            ->capture_default_str();
        models.addTo(command);
        command.add_option("--failures", failures, "How many of the worst failures to report")->capture_default_str();
        auto* formats = command.add_option("--format", format, "How to print the report")
                            ->check(CLI::IsMember({ "text", "json", "csv", "markdown" }))
                            ->capture_default_str();
        command.add_flag("--json", json, "The same as --format json")->excludes(formats);
    }

    template <class Report> void print(const std::vector<Report>& reports) const
    {
        fmt::print("{}", engine::exportReports(reports, *engine::reportFormatNamed(json ? "json" : format)));
    }
};

struct RetrievalOptions : EvalOptions {
    std::string protocol = "whole";
    std::string pooling;
    std::string relevance;
    std::string firstStage;
    engine::RetrievalOptions engine;

    void addTo(CLI::App& command)
    {
        EvalOptions::addTo(command);
        command
            .add_option("--protocol", protocol,
                "Which photographs count: whole, flickr1k, coco1k (the mean over five folds), coco5k")
            ->check(CLI::IsMember({ "whole", "flickr1k", "coco1k", "coco5k" }))
            ->capture_default_str();
        addPooling(command, pooling, "Pool the words' scores so, and not as the model does");
        command.add_option("--relevance", relevance,
            "NDCG@25 with these relevances: float32 [captions × images] (.npy), or rouge-l to compute them from the "
            "captions");
        auto* first = command.add_option("--first-stage", firstStage,
            "Score only the photographs that this model finds by its vectors; all others come last");
        command.add_option("--shortlist", engine.shortlist, "How many photographs the first stage leaves")
            ->needs(first)
            ->check(positiveCount())
            ->capture_default_str();
        command.add_option("--bootstrap", engine.bootstrapSamples, "Resamples for the 95 % intervals; 0: none")
            ->capture_default_str();
        command.add_option("--curve", engine.curveLength, "Recalls R@1 to R@this in the JSON")->capture_default_str();
        command.add_option("--save-scores", engine.scoresFile, "Write the scores, float32 [images × captions] (.npy)");
    }
};

std::optional<engine::Relevance> relevanceOf(const RetrievalOptions& options)
{
    if (options.relevance.empty())
        return std::nullopt;
    const engine::Collection collection = engine::readCollection(options.input, consoleJob());
    if (options.relevance == "rouge-l")
        return engine::Relevance::byRougeL(collection, consoleJob());
    return engine::Relevance::ofFile(collection, options.relevance);
}

void runRetrieval(const RetrievalOptions& options)
{
    if (!options.engine.scoresFile.empty() && options.models.names.size() > 1)
        throw Error(ErrorKind::Usage, "--save-scores writes the scores of one model: name only one.");
    const std::optional<engine::Relevance> relevance = relevanceOf(options);
    engine::RetrievalOptions asked = options.engine;
    asked.protocol = *eval::protocolNamed(options.protocol);
    asked.pooling = align::poolingNamed(options.pooling);
    asked.failures = options.failures;
    if (relevance)
        asked.relevance = relevance->values();
    std::unique_ptr<model::ImageTextModel> firstStage;
    if (!options.firstStage.empty())
        asked.firstStage = (firstStage = options.models.open(options.firstStage)).get();
    std::vector<engine::RetrievalReport> reports;
    for (const std::string& name : options.models.names)
        reports.push_back(engine::evaluateRetrieval(*options.models.open(name), options.input, asked, consoleJob()));
    options.print(reports);
}

struct GroundingOptions : EvalOptions {
    engine::GroundingBoxes boxes;

    void addTo(CLI::App& command)
    {
        EvalOptions::addTo(command);
        auto* entities
            = command.add_option("--entities", boxes.entities, "Boxes: folder in the layout of Flickr30k Entities");
        command
            .add_option("--instances", boxes.instances,
                "Boxes: instances of COCO (JSON), for the categories that captions name")
            ->excludes(entities);
    }
};

void runGrounding(const GroundingOptions& options)
{
    std::vector<engine::GroundingReport> reports;
    for (const std::string& name : options.models.names)
        reports.push_back(engine::evaluateGrounding(
            *options.models.open(name), options.input, options.boxes, options.failures, consoleJob()));
    options.print(reports);
}

} // namespace

void addEval(CLI::App& program)
{
    auto options = std::make_shared<RetrievalOptions>();
    auto* command = program.add_subcommand("eval", "Measure retrieval on a data set");
    options->addTo(*command);
    command->callback([options] { runRetrieval(*options); });
}

void addEvalGrounding(CLI::App& program)
{
    auto options = std::make_shared<GroundingOptions>();
    auto* command = program.add_subcommand("eval-grounding", "Measure whether heatmaps point at what phrases name");
    options->addTo(*command);
    command->callback([options] { runGrounding(*options); });
}

} // namespace wordsight::app::cli
