#pragma once

#include <optional>

#include "core/nn/formats/safetensors.h"
#include "core/train/shared/trainer_loop.h"
#include "core/train/teran/config.h"
#include "core/train/teran/pasted_classes.h"
#include "core/train/teran/validation.h"

namespace wordsight::train {

/// TERAN with its losses. What is given must outlive it.
class TrainableTeran : public TrainableModel {
public:
    TrainableTeran(
        const TeranConfig& config, TrainingData& data, const model::WeightsFolder& weights, torch::Device device);

    std::vector<std::shared_ptr<torch::nn::Module>> modules() const override;
    void addParameters(ParameterGroups& groups) const override;
    std::map<std::string, torch::Tensor> losses(const Batch& batch) override;
    Measured measure(bool last) override;
    void writeCheckpoint(const std::filesystem::path& file) override;

private:
    /// `initial`: what the run starts from, by the names in a checkpoint; empty: random weights.
    TrainableTeran(const TeranConfig& config, TrainingData& data, const model::WeightsFolder& weights,
        torch::Device device, const nn::TensorMap& initial);
    LossValues lossesOf(const Batch& batch);
    double globalWeight() const
    {
        return m_loss->globalWeight(m_config.network.image.global != nn::GlobalVector::None);
    }

    const TeranConfig& m_config;
    TrainingData& m_data;
    torch::Device m_device;
    nn::Teran m_network;
    MatchingLoss m_loss;
    std::optional<PastedClasses> m_classes;
};

} // namespace wordsight::train
