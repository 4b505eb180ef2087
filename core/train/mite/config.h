#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/nn/mite/mite.h"
#include "core/train/mite/modality.h"
#include "core/train/shared/loss_options.h"
#include "core/train/shared/run_options.h"

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

enum class AdversarialUpdates {
    Alternating, ///< classifier, then encoders
    Reversal,    ///< both at once through a reversed gradient
};

constexpr auto namesOf(AdversarialUpdates)
{
    return std::to_array<std::string_view>({ "alternating", "reversal" });
}

/// What alternating encoders make the classifier say.
enum class AdversarialTarget {
    Half,     ///< ½
    Opposite, ///< the other kind
};

constexpr auto namesOf(AdversarialTarget)
{
    return std::to_array<std::string_view>({ "half", "opposite" });
}

struct AdversarialOptions {
    AdversarialUpdates updates = AdversarialUpdates::Alternating;
    double weight = 0.1;   ///< of the adversarial loss beside the triplet loss once it is ramped up; 0: the control
    std::int64_t ramp = 5; ///< epochs that the weight rises in: w · (2 / (1 + e^(−10p)) − 1)
    AdversarialTarget target = AdversarialTarget::Half;
    std::int64_t classifierSteps = 1; ///< alternating: of the classifier per step of the encoders
};

struct TripletOptions {
    double margin = 0.2;
    Negatives negatives = Negatives::Hardest;
    std::int64_t allFirst = 0; ///< epochs that begin with all negatives: from random weights the hardest ones
                               ///< alone can draw all vectors into one point
    bool maskSamePhoto = true; ///< captions of one photograph are no negatives of each other
};

/// The shared schedule as far as it means something here: a run's length is that of its stages, nothing is autocast.
struct MiteSchedule : ScheduleOptions { };

struct MiteConfig {
    RunOptions run {
        .system = model::Architecture::Mite, .name = "mite", .features = { .words = nn::WordStates::Static }
    };
    nn::MiteOptions network;
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
