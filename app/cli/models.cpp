#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/hints.h"
#include "app/cli/models_get.h"
#include "app/composition.h"
#include "core/base/error.h"
#include "core/data/path_text.h"
#include "core/engine/model_catalog.h"

namespace wordsight::app::cli {
namespace {

void list(bool json)
{
    const auto models = engine::installedModels(modelsFolders());
    if (json) {
        Json entries = Json::array();
        for (const auto& model : models)
            entries.push_back({ { "name", model.name }, { "folder", pathText(model.folder) },
                { "description", model.description }, { "licence", model.licence }, { "bytes", model.bytes } });
        print(entries);
        return;
    }
    std::vector<std::vector<std::string>> rows { { "name", "size", "licence", "description" } };
    for (const auto& model : models)
        rows.push_back({ model.name, fileSize(static_cast<double>(model.bytes)), model.licence, model.description });
    printTable(rows, "lrll");
}

void verify(std::vector<std::string> names, bool json)
{
    if (names.empty())
        for (const auto& model : engine::installedModels(modelsFolders()))
            names.push_back(model.name);
    Json entries = Json::array();
    std::size_t bad = 0;
    for (const auto& name : names) {
        for (const auto& check : engine::verifyModel(engine::modelFolder(modelsFolders(), name), weightsFolder())) {
            bad += check.ok ? 0 : 1;
            if (json)
                entries.push_back({ { "model", name }, { "file", pathText(check.file) }, { "ok", check.ok },
                    { "message", withHint(check.message, check.hint) } });
            else if (check.ok)
                say("ok   {}  {}", name, check.file.string());
            else
                say("BAD  {}  {}", name, withHint(check.message, check.hint));
        }
    }
    if (json)
        print(entries);
    if (bad > 0)
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{} {} not what the model needs.", bad, bad == 1 ? "file is" : "files are"));
}

} // namespace

void addModels(CLI::App& program)
{
    struct Options {
        std::vector<std::string> names;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = program.add_subcommand("models", "List, get, verify, import or remove models");
    command->require_subcommand(1);
    auto* listing = command->add_subcommand("list", "What is installed");
    auto* verifying = command->add_subcommand("verify", "Check every file against its SHA-256");
    verifying->add_option("NAME", options->names, "Models to check [all]");
    for (auto* action : { listing, verifying })
        action->add_flag("--json", options->json, "Print JSON");
    listing->callback([options] { list(options->json); });
    verifying->callback([options] { verify(options->names, options->json); });
    addModelsGet(*command);
    addModelsImport(*command);
    addModelsRemove(*command);
}

} // namespace wordsight::app::cli
