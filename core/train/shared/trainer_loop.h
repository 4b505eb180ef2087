#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/job_control.h"
#include "core/train/shared/run_log.h"
#include "core/train/shared/run_state.h"
#include "core/train/shared/running_means.h"
#include "core/train/shared/schedule.h"
#include "core/train/shared/training_data.h"
#include "core/train/trainer.h"

namespace wordsight::train {

/// What is measured after an epoch.
struct Measured {
    nlohmann::json line;  ///< of the log
    double criterion = 0; ///< what the best epoch has most of
};

/// A system as the training loop sees it: modules with parameters, the loss of a batch, and how good it is by now.
class TrainableModel {
public:
    virtual ~TrainableModel() = default;
    /// All that has parameters, on its device: what a resumed run needs back.
    virtual std::vector<std::shared_ptr<torch::nn::Module>> modules() const = 0;
    /// Those that are trained, with their rates and decay.
    virtual void addParameters(ParameterGroups& groups) const = 0;
    /// The parts of the loss by name; "loss" is the one to be made smaller.
    virtual std::map<std::string, torch::Tensor> losses(const Batch& batch) = 0;
    /// `last`: after the last epoch.
    virtual Measured measure(bool last) = 0;
    virtual void writeCheckpoint(const std::filesystem::path& file) = 0;
};

/// One run: a system's optimizer and state, from the first step (or the last saved one) to the last.
class TrainerLoop {
public:
    /// `configuration`: the run's, as JSON text; a run is resumed with the one that it began with. What is given must
    /// outlive the loop.
    TrainerLoop(TrainableModel& trainable, TrainingData& data, const ScheduleOptions& schedule,
        std::string configuration, const TrainingRun& run);
    void run(const JobControl& job);

private:
    double rateAt(std::int64_t step) const { return warmupThenCosine(step, m_steps, m_schedule.warmup); }
    void step();
    void finishEpoch();
    void saveState();
    void flushLosses(double stepsPerSecond);

    TrainableModel& m_trainable;
    TrainingData& m_data;
    const ScheduleOptions& m_schedule;
    std::string m_configuration;
    std::filesystem::path m_output;
    ParameterGroups m_parameters;
    std::unique_ptr<torch::optim::AdamW> m_optimizer;
    std::unique_ptr<MovingAverage> m_average;
    RunState m_state;
    RunLog m_log;
    std::int64_t m_steps = 0;
    RunningMeans m_losses; ///< their parts
};

} // namespace wordsight::train
