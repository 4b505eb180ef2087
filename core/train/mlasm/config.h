#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/nn/mlasm/mlasm_options.h"
#include "core/train/shared/run_options.h"

namespace wordsight::train {

/// The shared schedule as far as it means something here: backbones are frozen and nothing is autocast.
struct MlasmSchedule : ScheduleOptions {
    /// The first so many epochs train the vectors of both sides alone, by the contrastive loss on the first stage's
    /// scores: hardest negatives stand still for long on a network that knows nothing.
    std::int64_t vectorEpochs = 0;
    /// The first so many val photographs, with their captions, after an epoch; 0: all. After the last epoch always all:
    /// scores of every pair cost some minutes.
    std::int64_t validationPart = 200;
};

struct MlasmConfig {
    RunOptions run { .system = model::Architecture::Mlasm,
        .name = "mlasm",
        .features = { .taps = nn::RegionTaps::HeadAndStride16, .words = nn::WordStates::Both } };
    nn::MlasmOptions network;  ///< its input dimensions follow from `features`
    double margin = 0.2;       ///< of the triplet loss; its negatives are always the hardest
    bool maskSamePhoto = true; ///< captions of one photograph are no negatives of each other
    double globalWeight = 1;   ///< of the first stage's global cosine beside its words' mean maximum
    double vectorScale = 20;   ///< inverse temperature of the contrastive loss on the first stage's scores
    MlasmSchedule schedule;
};

/// Reads and checks a configuration; unknown keys, wrong types and impossible values are refused by name.
/// Throws Error{Usage, UnreadableInput}.
MlasmConfig readMlasmConfig(const std::filesystem::path& file);
/// The same without looking for the data.
MlasmConfig parseMlasmConfig(const std::string& text, const std::string& where);
/// As it was written, with every default filled in.
std::string toJsonText(const MlasmConfig& config);

} // namespace wordsight::train
