#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/model/architecture.h"
#include "core/model/model_config.h"
#include "core/nn/backbones/feature_options.h"

namespace wordsight::train {

/// Paths may name environment variables as ${NAME}; relative ones start at the configuration's folder.
struct DataOptions {
    std::string dataset;  ///< Karpathy JSON
    std::string images;   ///< folder of the files it names
    std::string entities; ///< boxed phrases (Flickr30k Entities); empty: no grounding
    std::string
        features; ///< regions found elsewhere (dataset::openRegions), in place of photographs; empty: the backbone's
    std::string cache; ///< folder of cached features; empty: the user's cache folder
    std::string trainSplit = "train";
    std::string validationSplit = "val";
    std::int64_t views
        = 1; ///< of every photograph: 1 as it is, 2 mirrored as well, more: parts of it in other light (viewOf())
    std::int64_t trainLimit = 0; ///< the first so many photographs only; 0: all
    std::int64_t validationLimit = 0;
};

struct ScheduleOptions {
    std::int64_t epochs = 15;
    std::int64_t batch = 256; ///< photographs
    std::int64_t captionsPerImage = 1;
    double learningRate = 4e-4;
    double weightDecay = 0.1; ///< on matrices only
    double beta2 = 0.98;
    std::int64_t warmup = 30;       ///< steps; then a cosine to 0
    double clip = 2;                ///< norm of the gradient; 0: none
    double ema = 0;                 ///< decay of the averaged weights that are validated and shipped; 0: none
    bool bf16 = true;               ///< autocast
    std::int64_t logEvery = 10;     ///< steps
    std::int64_t saveEvery = 50;    ///< steps
    std::int64_t validateEvery = 1; ///< epochs; the last one always
    double selectPointing = 1;      ///< the best epoch has the highest R@1 + R@1 + this × pointing
};

/// What of the backbones is trained along.
struct TuningOptions {
    bool image = true;           ///< the image network above stride 16; what is below is computed once and kept
    std::int64_t textLayers = 3; ///< the last layers of the text network
    double imageRate = 1e-4;
    double textRate = 3e-5;
};

/// What every configuration says, whichever system it trains.
struct RunOptions {
    model::Architecture system = model::Architecture::Teran;
    std::string name;
    std::string description;
    std::string licence;
    std::int64_t seed = 1;
    nn::FeatureOptions features {};
    DataOptions data {};    ///< paths as they were written
    DataOptions located {}; ///< the same with absolute paths, once read from a file; is not part of the JSON
};

/// Refuses what no system can train. Throws Error{Usage} that begins with `where`.
void check(
    const RunOptions& run, model::Architecture system, const ScheduleOptions& schedule, const std::string& where);

/// Paths with their variables filled in, absolute from the folder of the configuration `file`; an empty cache becomes
/// the user's. Throws Error{Usage} naming the variable that is not set.
DataOptions locate(const DataOptions& data, const std::filesystem::path& file);
/// The same for one path; an empty one stays so.
std::string locate(const std::string& path, const std::filesystem::path& file);

/// The text of a configuration. Throws Error{Usage} that begins with `where`.
nlohmann::json parseJson(const std::string& text, const std::string& where);

/// What the options say of the model that the run makes, with the pinned backbones.
model::ModelConfig modelConfigOf(const RunOptions& run);

/// Columns of the pinned image backbone's region features, by the tap they come from.
std::vector<std::int64_t> regionGroupsOf(const nn::FeatureOptions& features);
/// Columns of the pinned text backbone's word features, by their kind.
std::vector<std::int64_t> wordGroupsOf(const nn::FeatureOptions& features);

} // namespace wordsight::train
