#pragma once

#include <torch/torch.h>

#include "core/train/trainer.h"

namespace wordsight::train {

/// Trains one system to the end of its schedule and makes the model folder. The run's folder exists and holds a state
/// only where the run is to be resumed. Throws as train() does.
using TrainSystem = void (*)(const TrainingRun& run, torch::Device device, const ProgressCallback& progress);

void trainTeran(const TrainingRun& run, torch::Device device, const ProgressCallback& progress);

} // namespace wordsight::train
