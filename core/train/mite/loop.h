#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include "core/base/job_control.h"
#include "core/train/mite/config.h"
#include "core/train/mite/validation.h"
#include "core/train/shared/run_log.h"
#include "core/train/shared/run_state.h"
#include "core/train/shared/running_means.h"
#include "core/train/shared/schedule.h"
#include "core/train/shared/training_data.h"
#include "core/train/trainer.h"

namespace wordsight::train {

/// MITE's training in its stages: (1) the embedding alone, (2) the classifier alone on frozen embeddings, (3) both
/// against each other. Its state is saved as a whole, so that a killed run goes on exactly where it stood, whatever the
/// stage.
class MiteLoop {
public:
    MiteLoop(const MiteConfig& config, TrainingData& data, const TrainingRun& run, torch::Device device);
    void run(const JobControl& job);

private:
    struct Stage {
        const char* name;
        const StageOptions* options;
        void (MiteLoop::*step)();
    };
    /// Where a run stands among its stages: saved with the state.
    struct Position {
        std::size_t stage = 0;
        std::int64_t firstStep = 0;   ///< of the stage
        double bestRecall = -1;       ///< highest sum of recalls in the stage
        std::int64_t epochsWorse = 0; ///< since then
    };
    struct Embedded {
        torch::Tensor images, sentences, owner;
    };

    const Stage& stage() const { return m_stages[m_position.stage]; }
    std::int64_t planned(const Stage& stage) const { return stage.options->epochs * m_data.stepsPerEpoch(); }
    std::int64_t
    planDone() const;         ///< steps of the plan that are behind, those not needed by stages that ended early too
    double rateNow() const;   ///< share of the learning rate of the encoders
    double weightNow() const; ///< of the adversarial loss
    Embedded embed();         ///< the batch of this step
    torch::Tensor tripletLoss(const Embedded& batch);
    torch::Tensor classifierLoss(const Embedded& batch);
    void embeddingStep();
    void classifierStep();
    void adversarialStep();
    void trainClassifier(const Embedded& detached);
    void updateEncoders(const torch::Tensor& loss);
    void flushNotes(double stepsPerSecond);
    void finishEpoch();
    void endStage(const std::string& reason, const ModalityFigures& figures, const EmbeddedSplit& split);
    void skipEmptyStages();
    void saveState();
    void restore();

    const MiteConfig& m_config;
    TrainingData& m_data;
    std::filesystem::path m_output;
    torch::Device m_device;
    std::string m_configuration;
    std::array<Stage, 3> m_stages;
    nn::Mite m_network { nullptr };
    ModalityClassifier m_classifier { nullptr };
    ParameterGroups m_parameters;
    ParameterGroups m_classifierParameters;
    std::unique_ptr<torch::optim::AdamW> m_optimizer, m_classifierOptimizer;
    std::unique_ptr<MovingAverage> m_average;
    RunState m_state;
    Position m_position;
    RunLog m_log;
    RunningMeans m_notes;
};

} // namespace wordsight::train
