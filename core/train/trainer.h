#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/base/job_control.h"
#include "core/model/weights_folder.h"

namespace wordsight::train {

/// Paths a run needs that do not belong into its configuration file.
struct TrainingRun {
    std::filesystem::path config; ///< JSON (models/configs/*.json): data, network, losses, schedule, seed
    std::filesystem::path output; ///< checkpoints, log.jsonl, at the end the model folder's files
    bool resume = false;          ///< continue from the last state in `output`
    bool cuda = false;
    model::WeightsFolder weights; ///< the backbones'
};

/// Trains the system that the configuration names to the end of its schedule, or until it is asked to stop; a stopped
/// or killed run continues with `resume` from its last saved step. Every epoch writes a checkpoint and one log line
/// with val figures. Throws Error{Usage} (configuration), Error{UnreadableInput} (data), Error{Io}, Error{Cancelled}.
void train(const TrainingRun& run, const JobControl& job);

/// Makes a model folder (config.json, model.safetensors in fp16, log.jsonl) of a run: of its best epoch (MITE: of
/// its end), or of the checkpoint named. Throws Error{UnreadableInput, Io}.
void exportModelFolder(const std::filesystem::path& run, const std::filesystem::path& folder,
    const std::filesystem::path& checkpoint = {});

} // namespace wordsight::train
