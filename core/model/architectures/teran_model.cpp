#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/model/architectures/architectures.h"
#include "core/model/architectures/word_encoding.h"
#include "core/nn/backbones/backbones.h"
#include "core/nn/formats/safetensors.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/shared/batched_encoding.h"
#include "core/nn/shared/compute_device.h"
#include "core/nn/shared/padded_regions.h"
#include "core/nn/teran/teran.h"

namespace wordsight::model {

using namespace nn;
namespace {

namespace fs = std::filesystem;

std::int64_t totalOf(const std::vector<std::int64_t>& groups)
{
    return std::accumulate(groups.begin(), groups.end(), std::int64_t { 0 });
}

class TeranModel final : public ImageTextModel {
public:
    TeranModel(const ModelConfig& config, const fs::path& folder, torch::Device device)
        : m_backbones(config.imageBackbone.path.empty() ? fs::path() : weightsFolder() / config.imageBackbone.path,
            (weightsFolder() / config.textBackbone.path).parent_path(), config.features, device)
        , m_network(networkOptions(config, folder))
    {
        const auto weights = folder / "model.safetensors";
        const auto tensors = readSafetensors(weights);
        assignParameters(*m_network, tensors, device, weights.string());
        for (const auto& [name, module] :
            m_backbones.modules()) // the folder holds those of their weights that were tuned
            replaceParameters(*module, tensorsBelow(tensors, name + "."), device, weights.string());
        m_network->eval();
        m_boxes = regionBoxes(tensorOf(m_backbones.boxes()));
        m_info = { .name = config.name,
            .architecture = config.architecture,
            .fingerprint = fingerprintOf(config),
            .description = config.description,
            .dimension = static_cast<int>(m_network->options().dimension),
            .boxes = m_backbones.boxes(),
            .globalWeight = config.globalWeight,
            .pooling = config.pooling };
        if (config.imageBackbone.path.empty())
            m_info.featureDimension = static_cast<int>(totalOf(m_network->options().regionGroups));
        else
            m_info.inputSide = config.features.inputSide;
    }

    const ModelInfo& info() const override { return m_info; }
    std::string device() const override { return describe(m_backbones.device()); }

    std::vector<ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        if (m_info.inputSide == 0)
            throw Error(ErrorKind::Usage,
                fmt::format("The model {} takes regions that another program has found and described, not photographs.",
                    m_info.name));
        std::vector<ImageEncoding> encodings;
        encodeAll(images, kImagesPerBatch, [&](auto batch) { encode(batch, encodings); });
        return encodings;
    }

    std::vector<ImageEncoding> encodeFeatures(std::span<const RegionFeatures> photographs) override
    {
        if (m_info.featureDimension == 0)
            return ImageTextModel::encodeFeatures(photographs);
        std::vector<ImageEncoding> encodings;
        encodeAll(photographs, kImagesPerBatch, [&](auto batch) { encode(batch, encodings); });
        return encodings;
    }

    std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        std::vector<TextEncoding> encodings;
        encodeAll(sentences, kSentencesPerBatch, [&](auto batch) { encode(batch, encodings); });
        return encodings;
    }

private:
    static TeranOptions networkOptions(const ModelConfig& config, const fs::path& folder)
    {
        try {
            return TeranOptions::fromJson(nlohmann::json::parse(config.network), "network");
        } catch (const Error& error) {
            throw Error(
                ErrorKind::ModelMismatch, fmt::format("{}: {}", (folder / "config.json").string(), error.what()));
        }
    }

    template <class T, class Encode> void encodeAll(std::span<const T> items, std::size_t atOnce, Encode encode)
    {
        inBatches(
            items, atOnce, encode, [&] { return m_backbones.device(); },
            [&] {
                m_backbones.to(torch::kCPU);
                m_network->to(torch::kCPU);
            });
    }

    void encode(std::span<const image::Image> images, std::vector<ImageEncoding>& encodings)
    {
        const auto device = m_backbones.device();
        const auto output = m_network->encodeImages(m_backbones.regionFeatures(images), m_boxes.to(device));
        const auto regions = output.regions.to(torch::kCPU);
        const auto global = output.global.defined() ? output.global.to(torch::kCPU) : torch::Tensor();
        for (std::int64_t i = 0; i < static_cast<std::int64_t>(images.size()); ++i)
            encodings.push_back(
                { matrixOf(regions[i]), global.defined() ? vectorOf(global[i]) : std::vector<float>(), {} });
    }

    void encode(std::span<const RegionFeatures> photographs, std::vector<ImageEncoding>& encodings)
    {
        const auto batch = paddedRegions(photographs, m_info.featureDimension, m_network->options().boxes, m_info.name);
        const auto device = m_backbones.device();
        const auto output = m_network->encodeImages(batch.features.to(device),
            batch.boxes.defined() ? batch.boxes.to(device) : batch.boxes, batch.mask.to(device));
        const auto regions = output.regions.to(torch::kCPU);
        const auto global = output.global.defined() ? output.global.to(torch::kCPU) : torch::Tensor();
        for (std::size_t i = 0; i < photographs.size(); ++i) {
            const auto row = static_cast<std::int64_t>(i);
            const auto own = regions[row].narrow(0, 0, static_cast<std::int64_t>(photographs[i].features.rows));
            encodings.push_back({ matrixOf(own), global.defined() ? vectorOf(global[row]) : std::vector<float>(),
                photographs[i].boxes });
        }
    }

    void encode(std::span<const std::string> sentences, std::vector<TextEncoding>& encodings)
    {
        const auto features = m_backbones.wordFeatures(sentences);
        const auto output = m_network->encodeTexts(features.words, features.mask, features.sentence);
        const auto words = output.words.to(torch::kCPU);
        const auto weights = output.weights.to(torch::kCPU);
        const auto global = output.global.defined() ? output.global.to(torch::kCPU) : torch::Tensor();
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            const auto row = static_cast<std::int64_t>(i);
            const auto& tokens = features.tokens[i];
            const auto count = static_cast<std::int64_t>(tokens.words.size());
            TextEncoding encoding = wordsOf(tokens);
            encoding.words = matrixOf(words[row].slice(0, 0, count));
            encoding.weights = vectorOf(weights[row].slice(0, 0, count));
            if (output.baselines.defined())
                encoding.baselines = vectorOf(output.baselines[row].slice(0, 0, count));
            encoding.global = global.defined() ? vectorOf(global[row]) : std::vector<float>();
            encodings.push_back(std::move(encoding));
        }
    }

    Backbones m_backbones;
    Teran m_network;
    torch::Tensor m_boxes;
    ModelInfo m_info;
};

} // namespace

std::unique_ptr<ImageTextModel> openTeran(const ModelConfig& config, const fs::path& folder, DeviceChoice choice)
{
    return std::make_unique<TeranModel>(config, folder, computeDevice(choice));
}

} // namespace wordsight::model
