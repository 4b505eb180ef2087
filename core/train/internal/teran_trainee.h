#pragma once

#include <optional>

#include "core/model/internal/safetensors.h"
#include "core/train/internal/config.h"
#include "core/train/internal/pasted_classes.h"
#include "core/train/internal/trainer_loop.h"
#include "core/train/internal/validation.h"

namespace wordsight::train {

/// TERAN with its losses. What is given must outlive it.
class TeranTrainee : public Trainee {
public:
    TeranTrainee(const TrainingConfig& config, TrainingData& data, torch::Device device);

    std::vector<std::shared_ptr<torch::nn::Module>> modules() const override;
    void addParameters(ParameterGroups& groups) const override;
    std::map<std::string, torch::Tensor> losses(const Batch& batch) override;
    Measured measure(bool last) override;
    void writeCheckpoint(const std::filesystem::path& file) override;

private:
    /// `initial`: what the run starts from, by the names in a checkpoint; empty: random weights.
    TeranTrainee(
        const TrainingConfig& config, TrainingData& data, torch::Device device, const model::TensorMap& initial);
    LossValues lossesOf(const Batch& batch);
    double globalWeight() const { return m_loss->globalWeight(m_config.network.image.global != "none"); }

    const TrainingConfig& m_config;
    TrainingData& m_data;
    torch::Device m_device;
    model::Teran m_network;
    MatchingLoss m_loss;
    std::optional<PastedClasses> m_classes;
};

} // namespace wordsight::train
