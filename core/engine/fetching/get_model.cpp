#include "core/engine/fetching/get_model.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/model/import_model.h"
#include "core/model/model_config.h"

namespace wordsight::engine {
namespace {

namespace fs = std::filesystem;

/// Beside the models, under a name that the catalogue passes over; the same for every run, so that one goes on where
/// another was stopped.
fs::path stagingFolder(const FetchPlaces& places, const std::string& repository)
{
    std::string name = repository;
    std::ranges::replace(name, '/', '+');
    return places.models.front() / fmt::format(".fetching-{}", name);
}

std::uint64_t bytesBelow(const fs::path& folder)
{
    std::uint64_t bytes = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        bytes += entry.is_regular_file(ignored) ? entry.file_size(ignored) : 0;
    return bytes;
}

/// What is fetched is there twice until it is imported.
void checkRoom(const fs::path& staging, const RepositoryOffer& offer)
{
    std::error_code unknown;
    fs::create_directories(staging.parent_path(), unknown);
    const auto room = fs::space(staging.parent_path(), unknown);
    const auto there = bytesBelow(staging);
    const std::uint64_t needed = offer.bytes - std::min(offer.bytes, there) + offer.bytes;
    if (!unknown && room.available < needed)
        throw Error(ErrorKind::Io,
            fmt::format("There is no room for {} in {}: fetching and importing it needs {} MB, {} MB are free.",
                offer.repository, staging.parent_path().string(), needed / 1'000'000 + 1, room.available / 1'000'000));
}

/// An importer cannot know it; the hub does.
std::string writeLicence(const fs::path& folder, const RepositoryOffer& offer)
{
    model::ModelConfig config = model::readModelConfig(folder);
    config.licence
        = fmt::format("{}, {}/{}", offer.licence.empty() ? "not named" : offer.licence, offer.from, offer.repository);
    writeFileAtomically(folder / "config.json", config.toJson());
    return config.licence;
}

void checkRepository(const std::string& repository)
{
    if (repository.starts_with('.') || repository.starts_with('-'))
        throw Error(ErrorKind::Usage, fmt::format("\"{}\" is no repository: it must be OWNER/NAME.", repository));
}

} // namespace

std::string nameFor(const std::string& repository, const std::vector<CuratedModel>& curated)
{
    const auto known = std::ranges::find(curated, repository, &CuratedModel::repository);
    return known != curated.end() ? known->name : repository.substr(repository.find('/') + 1);
}

void checkNewName(const FetchPlaces& places, const GetRequest& request)
{
    model::checkModelName(request.name);
    for (std::size_t i = 0; i < places.models.size(); ++i)
        if (fs::exists(places.models[i] / request.name) && (i > 0 || !request.replace))
            throw Error(ErrorKind::Usage, fmt::format("There is a model \"{}\" already.", request.name),
                i > 0 ? Hint::None : Hint::ReplaceModel);
}

RepositoryOffer askForOffer(const FetchPlaces& places, const std::string& repository, const JobControl& job)
{
    checkRepository(repository);
    return runFetch(places.program, { repository }, job);
}

GotModel getModel(const FetchPlaces& places, const GetRequest& request, const JobControl& job)
{
    checkRepository(request.repository);
    checkNewName(places, request);
    const fs::path staging = stagingFolder(places, request.repository);
    checkRoom(staging, askForOffer(places, request.repository, job));
    const RepositoryOffer offer = runFetch(places.program, { request.repository, staging.string() }, job);
    job.tell({ fmt::format("Checking and importing {}", request.repository) });
    std::error_code ignored;
    try {
        model::ImportRequest import;
        import.source = staging;
        import.name = request.name;
        import.models = places.models.front();
        import.weights = places.weights;
        import.replace = request.replace;
        const model::ImportedModel imported = model::importModel(import);
        const std::string licence = writeLicence(imported.folder, offer);
        fs::remove_all(staging, ignored);
        return { request.name, imported.folder, imported.architecture, imported.description, licence, imported.bytes };
    } catch (const Error& error) {
        // What the hub really has and no importer takes will be no better the next time.
        if (error.kind() == ErrorKind::ModelMismatch)
            fs::remove_all(staging, ignored);
        throw;
    }
}

} // namespace wordsight::engine
