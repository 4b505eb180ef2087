#include <filesystem>

#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/engine/alignment_export.h"
#include "core/engine/search/searcher.h"
#include "core/image/decode.h"

namespace wordsight::app::cli {
namespace {

struct AlignOptions {
    std::filesystem::path image;
    std::string sentence;
    std::filesystem::path output;
    ModelOptions model;
    FeatureOptions features;
};

void run(const AlignOptions& options)
{
    const auto photograph = image::decodeFile(options.image);
    const auto model = options.model.open();
    const auto query = engine::parseQuery(*model, options.sentence);
    const auto features = options.features.open();
    engine::requireFit(model->info(), features ? &features->source() : nullptr);
    const auto alignment = features ? engine::alignFeatures(*model, features->of(options.image), query)
                                    : engine::alignImage(*model, photograph, query);
    engine::exportAlignment(alignment, photograph, options.sentence, options.output);
    if (!align::hasBoxes(alignment))
        say("{}", align::noBoxes);
    say("{}", options.output.string());
}

} // namespace

void addAlign(CLI::App& program)
{
    auto options = std::make_shared<AlignOptions>();
    auto* command = program.add_subcommand("align", "Show which regions of a photograph each word of a sentence meets");
    command->add_option("IMAGE", options->image, "The photograph")->required()->transform(namedPath());
    command->add_option("SENTENCE", options->sentence, "The sentence")->required();
    command
        ->add_option(
            "--out", options->output, "File to write: heatmaps as .png or .svg, the matrix as .csv, .json or .npz")
        ->required()
        ->transform(namedPath());
    options->model.addTo(*command);
    options->features.addTo(*command);
    command->callback([options] { run(*options); });
}

} // namespace wordsight::app::cli
