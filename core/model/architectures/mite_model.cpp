#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/model/architectures/architectures.h"
#include "core/nn/backbones/backbones.h"
#include "core/nn/formats/safetensors.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/mite/mite.h"
#include "core/nn/shared/batched_encoding.h"
#include "core/nn/shared/compute_device.h"

namespace wordsight::model {

using namespace nn;
namespace {

namespace fs = std::filesystem;

/// One vector a side, and nothing below it: no words, no regions.
class MiteModel final : public ImageTextModel {
public:
    MiteModel(const ModelConfig& config, const fs::path& folder, torch::Device device)
        : m_backbones(weightsFolder() / config.imageBackbone.path,
            (weightsFolder() / config.textBackbone.path).parent_path(), config.features, device)
        , m_network(networkOptions(config, folder))
    {
        const auto weights = folder / "model.safetensors";
        assignParameters(*m_network, readSafetensors(weights), device, weights.string());
        m_network->eval();
        m_info = { .name = config.name,
            .architecture = config.architecture,
            .fingerprint = fingerprintOf(config),
            .description = config.description,
            .dimension = static_cast<int>(m_network->options().dimension),
            .boxes = {},
            .globalWeight = config.globalWeight,
            .pooling = config.pooling,
            .inputSide = config.features.inputSide,
            .featureDimension = 0,
            .hasWords = false };
    }

    const ModelInfo& info() const override { return m_info; }
    std::string device() const override { return describe(m_backbones.device()); }

    std::vector<ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        std::vector<ImageEncoding> encodings;
        encodeAll(images, kImagesPerBatch, [&](auto batch) {
            const auto vectors
                = m_network->encodeImages(m_network->pool(m_backbones.regionFeatures(batch))).to(torch::kCPU);
            for (std::int64_t i = 0; i < vectors.size(0); ++i)
                encodings.push_back({ Matrix(0, std::size_t(m_info.dimension)), vectorOf(vectors[i]), {} });
        });
        return encodings;
    }

    std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        std::vector<TextEncoding> encodings;
        encodeAll(sentences, kSentencesPerBatch, [&](auto batch) {
            const auto features = m_backbones.wordFeatures(batch);
            const auto vectors = m_network->encodeTexts(features.words, features.mask).to(torch::kCPU);
            for (std::int64_t i = 0; i < vectors.size(0); ++i) {
                auto& encoding = encodings.emplace_back();
                encoding.words = Matrix(0, std::size_t(m_info.dimension));
                encoding.global = vectorOf(vectors[i]);
                encoding.truncated = features.tokens[std::size_t(i)].truncated;
            }
        });
        return encodings;
    }

private:
    static MiteOptions networkOptions(const ModelConfig& config, const fs::path& folder)
    {
        const auto file = (folder / "config.json").string();
        try {
            const auto options = MiteOptions::fromJson(nlohmann::json::parse(config.network), "network");
            if (config.globalWeight <= 0)
                throw Error(ErrorKind::Usage, "globalWeight must be positive, for there is no other term");
            if (options.imageDimension != EfficientNetLite2Impl::kHeadChannels || config.features.taps != "head"
                || config.features.words != "static")
                throw Error(ErrorKind::Usage, "MITE needs the features \"head\" and \"static\" and their dimensions");
            return options;
        } catch (const Error& error) {
            throw Error(ErrorKind::ModelMismatch, fmt::format("{}: {}", file, error.what()));
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

    Backbones m_backbones;
    Mite m_network;
    ModelInfo m_info;
};

} // namespace

std::unique_ptr<ImageTextModel> openMite(const ModelConfig& config, const fs::path& folder, DeviceChoice choice)
{
    return std::make_unique<MiteModel>(config, folder, computeDevice(choice));
}

} // namespace wordsight::model
