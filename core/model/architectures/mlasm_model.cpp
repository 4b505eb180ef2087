#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/model/architectures/architectures.h"
#include "core/model/architectures/mlasm_scorer.h"
#include "core/model/architectures/word_encoding.h"
#include "core/nn/backbones/backbones.h"
#include "core/nn/formats/safetensors.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/mlasm/mlasm.h"
#include "core/nn/shared/batched_encoding.h"
#include "core/nn/shared/compute_device.h"

namespace wordsight::model {

using namespace nn;
namespace {

namespace fs = std::filesystem;

MlasmOptions networkOptions(const ModelConfig& config, const fs::path& folder)
{
    try {
        const auto options = MlasmOptions::fromJson(nlohmann::json::parse(config.network), "network");
        if (!options.unitGlobal)
            throw Error(ErrorKind::Usage,
                "network.unitGlobal must be true: a library keeps a photograph's global vector as a unit vector");
        return options;
    } catch (const Error& error) {
        throw Error(ErrorKind::ModelMismatch, fmt::format("{}: {}", (folder / "config.json").string(), error.what()));
    }
}

/// The vectors that both sides have before they meet. They serve a first stage as a model's do that scores by maxima:
/// the mean of the words' best cosines, and of the whole sentence the global vector that its words have when all are
/// looked at alike. The score itself is the pair scorer's.
class MlasmModel final : public ImageTextModel {
public:
    MlasmModel(const ModelConfig& config, const fs::path& folder, torch::Device device)
        : m_backbones(weightsFolder() / config.imageBackbone.path,
            (weightsFolder() / config.textBackbone.path).parent_path(), config.features, device)
        , m_network(networkOptions(config, folder))
        , m_scorer(m_network)
    {
        const auto weights = folder / "model.safetensors";
        assignParameters(*m_network, readSafetensors(weights), device, weights.string());
        m_network->eval();
        m_info = { .name = config.name,
            .architecture = config.architecture,
            .fingerprint = fingerprintOf(config),
            .description = config.description,
            .dimension = static_cast<int>(m_network->options().dimension),
            .boxes = m_backbones.boxes(),
            .globalWeight = config.globalWeight,
            .pooling = config.pooling,
            .inputSide = config.features.inputSide };
    }

    const ModelInfo& info() const override { return m_info; }
    std::string device() const override { return describe(m_backbones.device()); }
    PairScorer* pairScorer() override { return &m_scorer; }

    std::vector<ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        std::vector<ImageEncoding> encodings;
        encodeAll(images, kImagesPerBatch, [&](auto batch) {
            const auto output = m_network->encodeImages(m_network->prepareRegions(m_backbones.regionFeatures(batch)));
            for (std::int64_t i = 0; i < output.regions.size(0); ++i)
                encodings.push_back({ matrixOf(output.regions[i]), vectorOf(output.global[i]), {} });
        });
        return encodings;
    }

    std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        std::vector<TextEncoding> encodings;
        encodeAll(sentences, kSentencesPerBatch, [&](auto batch) { encode(batch, encodings); });
        return encodings;
    }

private:
    template <class T, class Encode> void encodeAll(std::span<const T> items, std::size_t atOnce, Encode encode)
    {
        inBatches(
            items, atOnce, encode, [&] { return m_backbones.device(); },
            [&] {
                m_backbones.to(torch::kCPU);
                m_network->to(torch::kCPU);
            });
    }

    void encode(std::span<const std::string> sentences, std::vector<TextEncoding>& encodings)
    {
        const auto features = m_backbones.wordFeatures(sentences);
        const auto output = m_network->encodeTexts(features.words, features.mask);
        const auto global = m_network->textGlobalOf(output);
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            const auto row = static_cast<std::int64_t>(i);
            TextEncoding encoding = wordsOf(features.tokens[i]);
            encoding.words = matrixOf(output.words[row].slice(0, 0, static_cast<std::int64_t>(encoding.texts.size())));
            encoding.weights.assign(encoding.texts.size(), 1.0f);
            encoding.global = vectorOf(global[row]);
            encodings.push_back(std::move(encoding));
        }
    }

    Backbones m_backbones;
    Mlasm m_network;
    MlasmScorer m_scorer;
    ModelInfo m_info;
};

} // namespace

std::unique_ptr<ImageTextModel> openMlasm(const ModelConfig& config, const fs::path& folder, DeviceChoice choice)
{
    return std::make_unique<MlasmModel>(config, folder, computeDevice(choice));
}

} // namespace wordsight::model
