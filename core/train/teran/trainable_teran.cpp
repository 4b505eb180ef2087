#include "core/train/teran/trainable_teran.h"

#include "core/train/shared/autocast.h"
#include "core/train/shared/checkpoint.h"

namespace wordsight::train {

namespace fs = std::filesystem;

namespace {

/// The weights that a run starts from, by their names in a checkpoint; nothing where it starts from random ones.
nn::TensorMap initialTensors(const TeranConfig& config)
{
    if (config.initial.empty())
        return {};
    const fs::path named = config.initial;
    return nn::readSafetensors(fs::is_directory(named) ? named / "model.safetensors" : named);
}

nn::Teran seededNetwork(const TeranConfig& config, const nn::TensorMap& initial)
{
    torch::manual_seed(std::uint64_t(config.run.seed));
    nn::Teran network(config.network);
    if (!initial.empty())
        nn::assignParameters(*network, initial, torch::kCPU, config.initial);
    return network;
}

std::vector<torch::Tensor> trainableParameters(const torch::nn::Module& module)
{
    auto parameters = module.parameters();
    std::erase_if(parameters, [](const torch::Tensor& parameter) { return !parameter.requires_grad(); });
    return parameters;
}

} // namespace

TrainableTeran::TrainableTeran(
    const TeranConfig& config, TrainingData& data, const model::WeightsFolder& weights, torch::Device device)
    : TrainableTeran(config, data, weights, device, initialTensors(config))
{
}

TrainableTeran::TrainableTeran(const TeranConfig& config, TrainingData& data, const model::WeightsFolder& weights,
    torch::Device device, const nn::TensorMap& initial)
    : m_config(config)
    , m_data(data)
    , m_device(device)
    , m_network(seededNetwork(config, initial))
    , m_loss(config.loss)
{
    m_network->to(device);
    m_loss->to(device);
    if (!config.classes.names.empty())
        m_classes.emplace(config.classes, config.network, weights, device);
    for (const auto& [name, module] : data.features().trainable())
        nn::replaceParameters(*module, nn::tensorsBelow(initial, name + "."), device, config.initial);
}

std::vector<std::shared_ptr<torch::nn::Module>> TrainableTeran::modules() const
{
    std::vector<std::shared_ptr<torch::nn::Module>> all { m_network.ptr(), m_loss.ptr() };
    for (const auto& [name, module] : m_data.features().trainable())
        all.push_back(module);
    return all;
}

void TrainableTeran::addParameters(ParameterGroups& groups) const
{
    const auto& s = m_config.schedule;
    groups.add({ m_network.ptr(), m_loss.ptr() }, s.weightDecay, s.learningRate);
    for (const auto& [name, module] : m_data.features().trainable())
        if (const auto tuned = trainableParameters(*module); !tuned.empty())
            groups.add(tuned, 0, name == "image_backbone" ? m_config.tuning.imageRate : m_config.tuning.textRate);
}

LossValues TrainableTeran::lossesOf(const Batch& batch)
{
    const auto images = m_network->encodePrepared(batch.regions, batch.boxes, batch.mask);
    const auto texts = m_network->encodeTexts(batch.texts.words, batch.texts.mask, batch.texts.sentence);
    return m_loss->forward(images, texts, batch.texts.mask, batch.owner, batch.phrases);
}

std::map<std::string, torch::Tensor> TrainableTeran::losses(const Batch& batch)
{
    const Autocast autocast(m_device.type(), m_config.schedule.bf16);
    const auto values = lossesOf(batch);
    std::map<std::string, torch::Tensor> parts { { "loss", values.total } };
    for (const auto& [name, part] : { std::pair("combined", values.combined), { "words", values.words },
             { "global", values.global }, { "grounding", values.grounding } })
        if (part.defined())
            parts[name] = part;
    if (m_classes) {
        parts["classes"] = lossesOf(m_classes->paste(batch, m_data.features())).total;
        parts["loss"] = parts["loss"] + m_config.classes.weight * parts["classes"];
    }
    return parts;
}

Measured TrainableTeran::measure(bool)
{
    const auto result
        = validate(m_network, m_data, m_config.loss.pooling, globalWeight(), m_device, m_config.schedule.bf16);
    auto line = result.toJson();
    line["globalWeight"] = globalWeight();
    return { line, result.criterion(m_config.schedule.selectPointing) };
}

void TrainableTeran::writeCheckpoint(const std::filesystem::path& file)
{
    train::writeCheckpoint(file, *m_network, m_data.features().trainable(), globalWeight());
}

} // namespace wordsight::train
