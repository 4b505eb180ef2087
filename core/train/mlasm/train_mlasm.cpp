#include "core/base/file.h"
#include "core/nn/shared/batched_pooling.h"
#include "core/train/mlasm/config.h"
#include "core/train/mlasm/triplets.h"
#include "core/train/mlasm/validation.h"
#include "core/train/shared/checkpoint.h"
#include "core/train/shared/ranking_losses.h"
#include "core/train/shared/systems.h"
#include "core/train/shared/trainer_loop.h"

namespace wordsight::train {

namespace {

DataRequest requestOf(const MlasmConfig& config, const model::WeightsFolder& weights)
{
    FeatureRequest features;
    features.groups = config.network.regionGroups;
    features.norm = config.network.inputNorm;
    features.scale = config.network.inputScale;
    return dataRequest(config.run, config.schedule, weights, std::move(features));
}

nn::Mlasm seededNetwork(const MlasmConfig& config)
{
    torch::manual_seed(std::uint64_t(config.run.seed));
    return nn::Mlasm(config.network);
}

class TrainableMlasm : public TrainableModel {
public:
    TrainableMlasm(const MlasmConfig& config, TrainingData& data, torch::Device device)
        : m_config(config)
        , m_data(data)
        , m_network(seededNetwork(config))
    {
        m_network->to(device);
    }

    std::vector<std::shared_ptr<torch::nn::Module>> modules() const override { return { m_network.ptr() }; }

    void addParameters(ParameterGroups& groups) const override
    {
        groups.add(modules(), m_config.schedule.weightDecay, m_config.schedule.learningRate);
    }

    std::map<std::string, torch::Tensor> losses(const Batch& batch) override
    {
        const auto images = m_network->encodeImages(batch.regions);
        const auto texts = m_network->encodeTexts(batch.texts.words, batch.texts.mask);
        if (batch.epoch < m_config.schedule.vectorEpochs)
            return { { "loss",
                contrastiveLoss(
                    m_config.vectorScale * firstStage(images, texts), batch.owner, m_config.maskSamePhoto, 0) } };
        return { { "loss",
            tripletLoss(m_network, images, texts, batch.owner, m_config.margin, m_config.maskSamePhoto) } };
    }

    Measured measure(bool last) override
    {
        const auto part = m_config.schedule.validationPart;
        const auto figures = validate(m_network, m_data, part);
        auto line = figures.toJson();
        if (last && figures.images < m_data.images() - m_data.trainImages())
            line["whole"] = validate(m_network, m_data, 0).toJson();
        return { line, figures.criterion(m_config.schedule.selectPointing) };
    }

    void writeCheckpoint(const std::filesystem::path& file) override
    {
        train::writeCheckpoint(file, *m_network, {}, m_config.globalWeight);
    }

private:
    /// Scores [B, T] by vectors alone, as the first stage of a search ranks (mlasm_model.cpp).
    torch::Tensor firstStage(const nn::MlasmImpl::ImageOutput& images, const nn::MlasmImpl::TextOutput& texts)
    {
        const nn::WordVectors words { texts.words, texts.mask.to(torch::kFloat), {} };
        const auto maxima = nn::poolAlignments(images.regions, words, texts.mask, align::Pooling::MrAVGw);
        return maxima + m_config.globalWeight * torch::matmul(images.global, m_network->textGlobalOf(texts).t());
    }

    const MlasmConfig& m_config;
    TrainingData& m_data;
    nn::Mlasm m_network;
};

} // namespace

model::ModelConfig mlasmModelConfig(const std::string& configuration, const std::string& where)
{
    const auto config = parseMlasmConfig(configuration, where);
    auto made = modelConfigOf(config.run);
    made.network = config.network.toJson().dump();
    made.pooling = align::Pooling::MrAVGw;
    return made;
}

void trainMlasm(const TrainingRun& run, torch::Device device, const JobControl& job)
{
    const auto config = readMlasmConfig(run.config);
    TrainingData data(requestOf(config, run.weights), device, job);
    TrainableMlasm trainable(config, data, device);
    TrainerLoop loop(trainable, data, config.schedule, toJsonText(config), run);
    writeFileAtomically(run.output / "training.json", toJsonText(config));
    loop.run(job);
    exportModelFolder(run.output, run.output);
}

} // namespace wordsight::train
