#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/engine/fetching/curated_models.h"
#include "core/engine/fetching/fetch_process.h"
#include "core/model/weights_folder.h"

namespace wordsight::engine {

/// What is needed to get models from elsewhere.
struct FetchPlaces {
    std::filesystem::path program;             ///< wordsight-fetch; empty: nothing can be fetched
    std::filesystem::path list;                ///< resources/models.json
    std::vector<std::filesystem::path> models; ///< the user's own, which a model is put in; those of the program
    model::WeightsFolder weights;
};

struct GetRequest {
    std::string repository; ///< OWNER/NAME
    std::string name;       ///< of the new model
    bool replace = false;   ///< an existing model of this name makes room
};

struct GotModel {
    std::string name;
    std::filesystem::path folder;
    std::string architecture;
    std::string description;
    std::string licence;
    std::uintmax_t bytes = 0; ///< of its weights
};

/// A name for a model from OWNER/NAME: the curated one, else what stands behind the slash.
std::string nameFor(const std::string& repository, const std::vector<CuratedModel>& curated);

/// Throws Error{Usage} where the name is none, or is taken by a model that came with the program, or (unless it is to
/// be replaced) by another.
void checkNewName(const FetchPlaces& places, const GetRequest& request);

/// Asks the hub, and fetches nothing. Throws Error with what failed.
RepositoryOffer askForOffer(const FetchPlaces& places, const std::string& repository, const JobControl& job);

/// Fetches a model, checks and imports it. What is known not to be importable is refused before anything is fetched.
/// The model appears complete or not at all. After a stop or a failure what has been fetched stays beside the models,
/// and a later call goes on with it. Throws Error{Cancelled}, or one that says what failed.
GotModel getModel(const FetchPlaces& places, const GetRequest& request, const JobControl& job);

} // namespace wordsight::engine
