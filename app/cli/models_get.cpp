#include "app/cli/models_get.h"

#include <algorithm>
#include <iostream>

#include <fmt/format.h>

#include "app/cli/console.h"
#include "app/composition.h"
#include "app/fetching.h"
#include "core/base/error.h"
#include "core/engine/fetching/get_model.h"

namespace wordsight::app::cli {
namespace {

struct Options {
    engine::GetRequest request; ///< its repository may be a name of the list
    bool yes = false;
    bool json = false;
};

std::string megabytes(double bytes)
{
    return fmt::format("{:.0f} MB", std::max(1.0, bytes / 1e6));
}

void list(bool json)
{
    const auto models = engine::readCuratedModels(fetchPlaces().list);
    if (json) {
        Json entries = Json::array();
        for (const auto& model : models)
            entries.push_back({ { "name", model.name }, { "repository", model.repository }, { "good_at", model.goodAt },
                { "languages", model.languages }, { "licence", model.licence }, { "megabytes", model.megabytes },
                { "regions", model.regions }, { "gigaflops", model.gigaflops }, { "text_to_image", model.textToImage },
                { "image_to_text", model.imageToText }, { "figures_from", model.figuresFrom } });
        print(entries);
        return;
    }
    std::vector<std::vector<std::string>> rows { { "name", "fetches", "languages", "licence", "good at" } };
    for (const auto& model : models)
        rows.push_back({ model.name, fmt::format("{} MB", model.megabytes), model.languages,
            model.licence.substr(0, model.licence.find(':')), model.goodAt });
    printTable(rows, "lrlll");
    fmt::print("\nwordsight-cli models get NAME fetches one of them, or any OWNER/NAME with a CLIP or SigLIP.\n");
}

/// On stderr, so that JSON stays alone on stdout. The end of the input is no yes.
bool agrees(const engine::GetRequest& request, const engine::RepositoryOffer& offer)
{
    fmt::print(stderr,
        "{} from {}/{}\n  to fetch: {}\n  licence:  {}\n  becomes:  the model \"{}\" in {}\nFetch it? [y/N] ",
        offer.repository, offer.from, offer.repository, megabytes(static_cast<double>(offer.bytes)),
        offer.licence.empty() ? "its makers name none" : offer.licence, request.name, userModelsFolder().string());
    std::string answer;
    std::getline(std::cin, answer);
    std::ranges::transform(answer, answer.begin(), [](unsigned char c) { return std::tolower(c); });
    return answer == "y" || answer == "yes";
}

void get(Options options)
{
    const engine::FetchPlaces places = fetchPlaces();
    const auto curated = engine::readCuratedModels(places.list);
    engine::GetRequest& request = options.request;
    if (const auto named = std::ranges::find(curated, request.repository, &engine::CuratedModel::name);
        named != curated.end())
        request.repository = named->repository;
    else if (request.repository.find('/') == std::string::npos)
        throw Error(ErrorKind::Usage,
            fmt::format(
                "\"{}\" is none of the models that `models get` lists, and no OWNER/NAME.", request.repository));
    if (request.name.empty())
        request.name = engine::nameFor(request.repository, curated);
    engine::checkNewName(places, request);
    const JobControl job = consoleJob();
    if (!options.yes && !agrees(request, engine::askForOffer(places, request.repository, job))) {
        fmt::print(stderr, "Nothing was fetched.\n");
        return;
    }
    const engine::GotModel got = engine::getModel(places, request, job);
    if (options.json)
        print(Json { { "name", got.name }, { "folder", got.folder.string() }, { "architecture", got.architecture },
            { "description", got.description }, { "licence", got.licence }, { "bytes", got.bytes } });
    else
        fmt::print("{}: {}, {}, in {}\n", got.name, got.description, fileSize(static_cast<double>(got.bytes)),
            got.folder.string());
}

} // namespace

void addModelsGet(CLI::App& models)
{
    auto options = std::make_shared<Options>();
    auto* command = models.add_subcommand("get", "Fetch a model from huggingface.co, or $HF_ENDPOINT, and import it");
    command->add_option("MODEL", options->request.repository, "A name from the list, or OWNER/NAME [list them]");
    command->add_option("--name", options->request.name, "What the model is to be called");
    command->add_flag("--yes", options->yes, "Fetch without asking");
    command->add_flag("--replace", options->request.replace, "Replace a model of this name");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options] {
        if (options->request.repository.empty())
            list(options->json);
        else
            get(*options);
    });
}

} // namespace wordsight::app::cli
