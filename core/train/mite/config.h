#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/nn/mite/mite.h"
#include "core/train/mite/modality.h"
#include "core/train/teran/config.h"

namespace wordsight::train {

/// When a stage ends: by whichever of its criteria is met first.
struct StageOptions {
    std::int64_t epochs = 10;  ///< at most; 0 leaves the stage out
    std::int64_t patience = 0; ///< after so many epochs in a row without a better sum of recalls; 0: never
    double accuracy = 0;       ///< classifier alone: once its accuracy on val reaches this, in per cent; 0: never
    double rate = 1;           ///< share of schedule.learningRate that the encoders begin with
};

/// The stages in their order (Liu et al. 2019, multi-stage training).
struct StagesOptions {
    StageOptions embedding { .epochs = 15, .patience = 0, .accuracy = 0, .rate = 1 };
    StageOptions classifier { .epochs = 3, .patience = 0, .accuracy = 0, .rate = 1 };
    StageOptions adversarial { .epochs = 15, .patience = 0, .accuracy = 0, .rate = 0.5 };
};

struct AdversarialOptions {
    std::string updates = "alternating"; ///< "alternating": classifier, then encoders; "reversal": both at once through
                                         ///< a reversed gradient
    double weight = 0.1;   ///< of the adversarial loss beside the triplet loss once it is ramped up; 0: the control
    std::int64_t ramp = 5; ///< epochs that the weight rises in: w · (2 / (1 + e^(−10p)) − 1)
    std::string target
        = "half"; ///< alternating: what encoders make the classifier say: "half" (½), "opposite" (the other kind)
    std::int64_t classifierSteps = 1; ///< alternating: of the classifier a step of the encoders
};

struct TripletOptions {
    double margin = 0.2;
    std::string negatives = "hardest"; ///< "hardest" (max of hinges), "all" (sum of hinges)
    std::int64_t allFirst = 0;         ///< epochs that begin with all negatives: from random weights the hardest ones
                                       ///< alone can draw all vectors into one point
    bool maskSamePhoto = true;         ///< captions of one photograph are no negatives of each other
};

/// The shared schedule as far as it means something here: a run's length is that of its stages, nothing is autocast.
struct MiteSchedule : ScheduleOptions { };

struct MiteConfig {
    std::string system = "mite";
    std::string name = "mite";
    std::string description;
    std::string licence;
    std::int64_t seed = 1;
    nn::FeatureOptions features { .inputSide = 288, .taps = "head", .words = "static" };
    nn::MiteOptions network;
    DataOptions data;    ///< paths as they were written
    DataOptions located; ///< the same with absolute paths, once read from a file; is not part of the JSON
    TripletOptions triplet;
    ClassifierOptions classifier;
    AdversarialOptions adversarial;
    StagesOptions stages;
    MiteSchedule schedule;
};

/// Reads and checks a configuration; unknown keys, wrong types and impossible values are refused by name.
/// Throws Error{Usage, UnreadableInput}.
MiteConfig readMiteConfig(const std::filesystem::path& file);
/// The same without looking for the data.
MiteConfig parseMiteConfig(const std::string& text, const std::string& where);
/// As it was written, with every default filled in.
std::string toJsonText(const MiteConfig& config);

} // namespace wordsight::train
