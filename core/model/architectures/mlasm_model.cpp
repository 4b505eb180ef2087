#include "core/model/architectures/mlasm_scorer.h"
#include "core/model/architectures/network_model.h"
#include "core/model/architectures/word_encoding.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/mlasm/mlasm.h"

namespace wordsight::model {

using namespace nn;
namespace {

MlasmOptions mlasmOptions(const VerifiedModel& model)
{
    return optionsOf<MlasmOptions>(model, [](const MlasmOptions& options, const std::string& file) {
        refuseIf(!options.unitGlobal, file,
            "network.unitGlobal must be true: a library keeps a photograph's global vector as a unit vector");
    });
}

/// The vectors that both sides have before they meet. They serve a first stage as a model's do that scores by maxima:
/// the mean of the words' best cosines, and of the whole sentence the global vector that its words have when all are
/// looked at alike. The score itself is the pair scorer's.
class MlasmModel final : public BackboneModel<Mlasm> {
public:
    MlasmModel(const VerifiedModel& model, torch::Device device)
        : BackboneModel(model, mlasmOptions(model), device)
        , m_scorer(m_network)
    {
    }

    PairScorer* pairScorer() override { return &m_scorer; }

    std::vector<ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        return encodingsOf<ImageEncoding>(images, kImagesPerBatch, [&](auto batch, auto& encodings) {
            const auto output = m_network->encodeImages(m_network->prepareRegions(m_backbones.regionFeatures(batch)));
            for (std::int64_t i = 0; i < output.regions.size(0); ++i)
                encodings.push_back({ matrixOf(output.regions[i]), vectorOf(output.global[i]), {} });
        });
    }

    std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        return encodingsOf<TextEncoding>(
            sentences, kSentencesPerBatch, [&](auto batch, auto& encodings) { encode(batch, encodings); });
    }

private:
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

    MlasmScorer m_scorer;
};

} // namespace

std::unique_ptr<ImageTextModel> openMlasm(const VerifiedModel& model, DeviceChoice choice)
{
    return std::make_unique<MlasmModel>(model, computeDevice(choice));
}

} // namespace wordsight::model
