#pragma once

#include <torch/torch.h>

#include "core/model/model_config.h"
#include "core/train/trainer.h"

namespace wordsight::train {

/// A system that can be trained.
struct System {
    /// Trains to the end of the schedule and makes the model folder. The run's folder exists and holds a state only
    /// where the run is to be resumed. Throws as train() does.
    void (*train)(const TrainingRun& run, torch::Device device, const JobControl& job);
    /// What a run's training.json says of the model that it makes: all but the hash of its weights. `where` names the
    /// file in errors.
    model::ModelConfig (*modelConfig)(const std::string& configuration, const std::string& where);
};

/// The system that a configuration (a JSON text) asks for. Throws Error{Usage} that names those there are.
const System& systemOf(const std::string& configuration, const std::string& where);

void trainMite(const TrainingRun& run, torch::Device device, const JobControl& job);
model::ModelConfig miteModelConfig(const std::string& configuration, const std::string& where);
void trainMlasm(const TrainingRun& run, torch::Device device, const JobControl& job);
model::ModelConfig mlasmModelConfig(const std::string& configuration, const std::string& where);
void trainTeran(const TrainingRun& run, torch::Device device, const JobControl& job);
model::ModelConfig teranModelConfig(const std::string& configuration, const std::string& where);

} // namespace wordsight::train
