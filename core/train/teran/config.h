#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/model/model_config.h"
#include "core/nn/teran/teran_options.h"

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

struct LossOptions {
    std::string kind = "contrastive"; ///< "contrastive" (InfoNCE both ways), "hinge" (triplets)
    std::string pooling = "mravgw";   ///< how an alignment becomes the words' score
    double combined = 1;              ///< weights of the terms: on words + globalWeight · global,
    double words = 0;                 ///< on the words' score alone,
    double global = 0;                ///< on the global score alone,
    double grounding = 0;             ///< on the boxes of phrases
    double globalWeight = 0;          ///< in the combined score; 0: learnt (contrastive only)
    double margin = 0.2;
    std::string negatives = "hardest"; ///< "hardest" (max of hinges), "all" (sum of hinges)
    bool maskSamePhoto = true;         ///< captions of one photograph are no negatives of each other
    double labelSmoothing = 0;
    double wordsScale = 15; ///< inverse temperatures to start from; learnt
    double globalScale = 15;
    double groundingScale = 15;
    std::string coverage
        = "soft"; ///< target cells: "soft" (share of the cell in the boxes), "centre" (its centre lies in one)
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

/// What of the backbones is trained along where `backbone` is "tuned".
struct TuningOptions {
    bool image = true;           ///< the image network above stride 16; what is below is computed once and kept
    std::int64_t textLayers = 3; ///< the last layers of the text network
    double imageRate = 1e-4;
    double textRate = 3e-5;
};

/// ImageNet's classes pasted into photographs (PastedClasses).
struct ClassOptions {
    std::string names;         ///< file of the classes' names; empty: none are pasted
    double weight = 0.3;       ///< of their loss, which has the terms of all others
    std::int64_t pasted = 128; ///< photographs a step
};

struct TrainingConfig {
    std::string system = "teran"; ///< which trainer reads the configuration (core/train/trainer.cpp)
    std::string name = "default";
    std::string description;
    std::string licence;
    std::int64_t seed = 1;
    std::string backbone
        = "frozen"; ///< "frozen" (features cached once), "tuned" (their upper layers are trained along)
    TuningOptions tuning;
    std::string initial; ///< a model folder or checkpoint of the same network to start from; empty: random weights
    nn::FeatureOptions features;
    nn::TeranOptions network;
    DataOptions data;    ///< paths as they were written
    DataOptions located; ///< the same with absolute paths, once read from a file; is not part of the JSON
    LossOptions loss;
    ClassOptions classes;
    ScheduleOptions schedule;
};

/// Reads and checks a configuration; unknown keys, wrong types and impossible values are refused by name.
/// Throws Error{Usage, UnreadableInput}.
TrainingConfig readTrainingConfig(const std::filesystem::path& file);
/// The same without looking for the data.
TrainingConfig parseTrainingConfig(const std::string& text, const std::string& where);
/// As it was written, with every default filled in.
std::string toJsonText(const TrainingConfig& config);

} // namespace wordsight::train
