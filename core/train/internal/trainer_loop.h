#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "core/base/progress.h"
#include "core/train/internal/losses.h"
#include "core/train/internal/run_log.h"
#include "core/train/internal/run_state.h"
#include "core/train/internal/schedule.h"
#include "core/train/internal/training_data.h"
#include "core/train/internal/validation.h"
#include "core/train/trainer.h"

namespace wordsight::train {

/// One run: network, losses, optimizer and their state, from the first step (or the last saved one) to the last.
class TrainerLoop {
public:
    TrainerLoop(const TrainingConfig& config, TrainingData& data, const TrainingRun& run, torch::Device device);
    void run(const ProgressCallback& progress);

private:
    double rateAt(std::int64_t step) const; ///< share of the learning rate
    void step();
    void finishEpoch();
    void saveState();
    void flushLosses(double stepsPerSecond);

    const TrainingConfig& m_config;
    TrainingData& m_data;
    std::filesystem::path m_output;
    torch::Device m_device;
    std::string m_configuration;
    model::Teran m_network;
    MatchingLoss m_loss;
    ParameterGroups m_parameters;
    std::unique_ptr<torch::optim::AdamW> m_optimizer;
    std::unique_ptr<MovingAverage> m_average;
    RunState m_state;
    RunLog m_log;
    std::int64_t m_steps = 0;
    std::map<std::string, double> m_sums; ///< of loss parts since the last line of the log
    std::int64_t m_summed = 0;
};

} // namespace wordsight::train
