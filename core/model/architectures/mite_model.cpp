#include "core/model/architectures/network_model.h"
#include "core/model/architectures/word_encoding.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/mite/mite.h"

namespace wordsight::model {

using namespace nn;
namespace {

MiteOptions miteOptions(const VerifiedModel& model)
{
    return optionsOf<MiteOptions>(model, [&](const MiteOptions& options, const std::string& file) {
        const auto& [side, taps, words] = model.config.features;
        refuseIf(model.config.globalWeight <= 0, file, "globalWeight must be positive, for there is no other term");
        refuseIf(options.imageDimension != EfficientNetLite2Impl::kHeadChannels || taps != RegionTaps::Head
                || words != WordStates::Static,
            file, "MITE needs the features \"head\" and \"static\" and their dimensions");
    });
}

/// One vector for each side, and nothing below it: no words, no regions.
class MiteModel final : public BackboneModel<Mite> {
public:
    MiteModel(const VerifiedModel& model, torch::Device device)
        : BackboneModel(model, miteOptions(model), device)
    {
        m_info.regions = RegionKind::None;
        m_info.boxes.clear();
    }

    std::vector<ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        return encodingsOf<ImageEncoding>(images, kImagesPerBatch, [&](auto batch, auto& encodings) {
            const auto vectors
                = m_network->encodeImages(m_network->pool(m_backbones.regionFeatures(batch))).to(torch::kCPU);
            for (std::int64_t i = 0; i < vectors.size(0); ++i)
                encodings.push_back({ Matrix(0, std::size_t(m_info.dimension)), vectorOf(vectors[i]), {} });
        });
    }

    std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        return encodingsOf<TextEncoding>(sentences, kSentencesPerBatch, [&](auto batch, auto& encodings) {
            const auto features = m_backbones.wordFeatures(batch);
            const auto vectors = m_network->encodeTexts(features.words, features.mask).to(torch::kCPU);
            for (std::int64_t i = 0; i < vectors.size(0); ++i) {
                auto& encoding = encodings.emplace_back();
                encoding.words = Matrix(0, std::size_t(m_info.dimension));
                encoding.global = vectorOf(vectors[i]);
                encoding.truncated = features.tokens[std::size_t(i)].truncated;
                encoding.otherLanguage = isOfAnotherLanguage(features.tokens[std::size_t(i)]);
            }
        });
    }
};

} // namespace

std::unique_ptr<ImageTextModel> openMite(const VerifiedModel& model, DeviceChoice choice)
{
    return std::make_unique<MiteModel>(model, computeDevice(choice));
}

} // namespace wordsight::model
