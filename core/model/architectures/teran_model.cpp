#include <numeric>

#include "core/model/architectures/network_model.h"
#include "core/model/architectures/word_encoding.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/shared/padded_regions.h"
#include "core/nn/teran/teran.h"

namespace wordsight::model {

using namespace nn;
namespace {

std::int64_t totalOf(const std::vector<std::int64_t>& groups)
{
    return std::accumulate(groups.begin(), groups.end(), std::int64_t { 0 });
}

class TeranModel final : public BackboneModel<Teran> {
public:
    TeranModel(const VerifiedModel& model, torch::Device device)
        : BackboneModel(model, optionsOf<TeranOptions>(model), device)
        , m_boxes(regionBoxes(tensorOf(m_info.boxes)))
    {
        if (m_info.photographs)
            return;
        m_info.regions = RegionKind::PerPhotograph;
        m_info.featureDimension = static_cast<std::size_t>(totalOf(m_network->options().regionGroups));
    }

    std::vector<ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        if (!m_info.photographs)
            return ImageTextModel::encodeImages(images);
        return encodingsOf<ImageEncoding>(
            images, kImagesPerBatch, [&](auto batch, auto& encodings) { encode(batch, encodings); });
    }

    std::vector<ImageEncoding> encodeFeatures(std::span<const RegionFeatures> photographs) override
    {
        if (!m_info.featureDimension)
            return ImageTextModel::encodeFeatures(photographs);
        return encodingsOf<ImageEncoding>(
            photographs, kImagesPerBatch, [&](auto batch, auto& encodings) { encode(batch, encodings); });
    }

    std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        return encodingsOf<TextEncoding>(
            sentences, kSentencesPerBatch, [&](auto batch, auto& encodings) { encode(batch, encodings); });
    }

private:
    void encode(std::span<const image::Image> images, std::vector<ImageEncoding>& encodings)
    {
        const auto output = m_network->encodeImages(m_backbones.regionFeatures(images), m_boxes.to(m_device));
        const auto regions = output.regions.to(torch::kCPU);
        const auto global = output.global.defined() ? output.global.to(torch::kCPU) : torch::Tensor();
        for (std::int64_t i = 0; i < static_cast<std::int64_t>(images.size()); ++i)
            encodings.push_back(
                { matrixOf(regions[i]), global.defined() ? vectorOf(global[i]) : std::vector<float>(), {} });
    }

    void encode(std::span<const RegionFeatures> photographs, std::vector<ImageEncoding>& encodings)
    {
        const auto batch = paddedRegions(
            photographs, std::int64_t(*m_info.featureDimension), m_network->options().boxes, m_info.name);
        const auto output = m_network->encodeImages(batch.features.to(m_device),
            batch.boxes.defined() ? batch.boxes.to(m_device) : batch.boxes, batch.mask.to(m_device));
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

    torch::Tensor m_boxes;
};

} // namespace

std::unique_ptr<ImageTextModel> openTeran(const VerifiedModel& model, DeviceChoice choice)
{
    return std::make_unique<TeranModel>(model, computeDevice(choice));
}

} // namespace wordsight::model
