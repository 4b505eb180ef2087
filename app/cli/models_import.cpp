#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "app/composition.h"
#include "core/base/error.h"
#include "core/data/path_text.h"
#include "core/model/architecture.h"
#include "core/model/import_model.h"

namespace wordsight::app::cli {
namespace {

void importModel(const model::ImportRequest& request, bool json)
{
    model::checkModelName(request.name);
    if (std::filesystem::exists(programModelsFolder() / request.name))
        throw Error(ErrorKind::Usage,
            fmt::format("\"{}\" is a model that came with Wordsight. Take another name.", request.name));
    const auto imported = model::importModel(request);
    if (json)
        print(Json { { "name", request.name }, { "folder", pathText(imported.folder) },
            { "architecture", imported.architecture }, { "description", imported.description },
            { "bytes", imported.bytes } });
    else
        say("{}: {}, {}, in {}", request.name, imported.description, fileSize(static_cast<double>(imported.bytes)),
            imported.folder.string());
}

} // namespace

void addModelsImport(CLI::App& models)
{
    struct Options {
        model::ImportRequest request;
        std::string compat = "teran-2021";
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    auto& request = options->request;
    auto* command = models.add_subcommand("import", "Make a model of foreign weights: a checkpoint or a folder");
    command->add_option("SOURCE", request.source, "Checkpoint (.pth.tar), or folder with config.json")->required();
    command->add_option("--name", request.name, "What the model is to be called")->required();
    command->add_option(
        "--arch", request.architecture, "What it is [recognised where possible]: " + model::importableNames());
    command->add_option("--vocab", request.vocabulary, "teran: vocab.txt of its BERT [that of bert-base-uncased]");
    command
        ->add_option(
            "--text-heads", request.textHeads, "teran: attention heads of its BERT [one for 64 numbers of its width]")
        ->check(positiveCount());
    command
        ->add_option("--compat", options->compat,
            "teran: words and masks as in the authors' code (teran-2021), or every word of a sentence (none)")
        ->check(CLI::IsMember({ "teran-2021", "none" }))
        ->capture_default_str();
    command->add_flag("--replace", request.replace, "Replace a model of this name");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options] {
        options->request.models = userModelsFolder();
        options->request.weights = weightsFolder();
        options->request.asPublished = options->compat == "teran-2021";
        importModel(options->request, options->json);
    });
}

void addModelsRemove(CLI::App& models)
{
    auto name = std::make_shared<std::string>();
    auto* command = models.add_subcommand("remove", "Delete a model that was imported");
    command->add_option("NAME", *name, "Its name (see `models list`)")->required();
    command->callback([name] { model::removeModel(userModelsFolder(), *name); });
}

} // namespace wordsight::app::cli
