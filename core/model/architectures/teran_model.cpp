#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

#include "core/model/architectures/network_model.h"
#include "core/model/architectures/word_encoding.h"
#include "core/nn/evidence/evidence.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/shared/padded_regions.h"
#include "core/nn/teran/teran.h"

namespace wordsight::model {

using namespace nn;
namespace {

constexpr std::size_t kImagesPerLook = 4; // as Backbones takes them on a CPU: more at a time cost page faults

std::int64_t totalOf(const std::vector<std::int64_t>& groups)
{
    return std::accumulate(groups.begin(), groups.end(), std::int64_t { 0 });
}

/// Function words weigh nothing and meet nothing, so they have no map. What they weighed goes to the others in
/// proportion, so that a sentence weighs what it did beside the whole photograph; and since its mean is taken over the
/// words that count, their weights shrink by as much as those are fewer.
void quieten(TextEncoding& encoding)
{
    const auto all = static_cast<float>(encoding.weights.size());
    const auto quiet = static_cast<float>(std::ranges::count(encoding.functionWords, true));
    if (quiet == all) // "over there": better some answer than none
        return;
    const float total = std::reduce(encoding.weights.begin(), encoding.weights.end());
    for (std::size_t w = 0; w < encoding.weights.size(); ++w) {
        if (!encoding.functionWords[w])
            continue;
        encoding.weights[w] = 0;
        std::ranges::fill(encoding.words.row(w), 0.0f);
        if (!encoding.baselines.empty())
            encoding.baselines[w] = 0;
    }
    const float left = std::reduce(encoding.weights.begin(), encoding.weights.end());
    const float factor = (left > 0 ? total / left : 1) * (all - quiet) / all;
    for (float& weight : encoding.weights)
        weight *= factor;
}

/// Words of unit length again: what evidence adds to a vector's length goes to the word's weight, and no score changes.
/// Else a word that evidence speaks of loudly ("red") would outshine all others on their common scale of heat, and in
/// the map of a phrase, however little it weighs.
void makeUnitLength(TextEncoding& encoding)
{
    for (std::size_t w = 0; w < encoding.weights.size(); ++w) {
        const auto word = encoding.words.row(w);
        const float length = std::sqrt(std::inner_product(word.begin(), word.end(), word.begin(), 0.0f));
        if (length == 0)
            continue;
        for (float& value : word)
            value /= length;
        encoding.weights[w] *= length;
        if (!encoding.baselines.empty())
            encoding.baselines[w] /= length;
    }
}

class TeranModel final : public BackboneModel<Teran> {
public:
    TeranModel(const VerifiedModel& model, torch::Device device)
        : BackboneModel(model, optionsOf<TeranOptions>(model), device)
        , m_boxes(regionBoxes(tensorOf(m_info.boxes)))
    {
        const EvidenceOptions& evidence = m_network->options().evidence;
        if (evidence.total() > 0) {
            m_evidence.emplace(evidence, model.weights.path / model.config.imageBackbone.path, wordsFile(model),
                tensorsBelow(readSafetensors(m_weights), "evidence."), m_weights.string(),
                model.config.features.inputSide / 32, device);
            m_info.dimension += static_cast<int>(evidence.total());
        }
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
    static std::filesystem::path wordsFile(const VerifiedModel& model)
    {
        if (model.config.otherFiles.empty() || model.config.imageBackbone.path.empty())
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("{}: evidence needs an image network and a file of words.",
                    (model.folder / "config.json").string()));
        return model.folder / model.config.otherFiles.front().path;
    }

    void moveTo(torch::Device device) override
    {
        BackboneModel::moveTo(device);
        if (m_evidence)
            m_evidence->to(device);
    }

    /// What the backbones see in the photographs, and the evidence beside it, from one pass through what they share.
    std::pair<torch::Tensor, torch::Tensor> look(std::span<const image::Image> images)
    {
        if (!m_evidence)
            return { m_backbones.regionFeatures(images), {} };
        std::vector<torch::Tensor> features, evidence;
        for (std::size_t i = 0; i < images.size(); i += kImagesPerLook) {
            const auto some = images.subspan(i, std::min(kImagesPerLook, images.size() - i));
            const auto maps = m_backbones.stride16Maps(some);
            features.push_back(m_backbones.regionFeaturesAbove(maps));
            evidence.push_back(m_evidence->regions(maps, some));
        }
        return { torch::cat(features), torch::cat(evidence) };
    }

    void encode(std::span<const image::Image> images, std::vector<ImageEncoding>& encodings)
    {
        const auto [features, evidence] = look(images);
        auto output = m_network->encodeImages(features, m_boxes.to(m_device));
        if (evidence.defined()) {
            output.regions = torch::cat({ output.regions, evidence }, 2);
            if (output.global.defined())
                output.global = torch::constant_pad_nd(output.global, { 0, evidence.size(2) });
        }
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
            if (m_evidence)
                addEvidence(encoding);
            if (m_network->options().quietFunctionWords)
                quieten(encoding);
            if (m_evidence)
                makeUnitLength(encoding);
            encodings.push_back(std::move(encoding));
        }
    }

    void addEvidence(TextEncoding& encoding) const
    {
        const auto found = m_evidence->words(encoding.texts);
        encoding.words = matrixOf(torch::cat({ tensorOf(encoding.words), found.vectors }, 1));
        encoding.baselines.resize(found.baselines.size());
        std::ranges::transform(encoding.baselines, found.baselines, encoding.baselines.begin(), std::plus {});
        if (!encoding.global.empty()) // a whole sentence meets no evidence: its words do
            encoding.global.resize(static_cast<std::size_t>(m_info.dimension));
    }

    std::optional<Evidence> m_evidence;
    torch::Tensor m_boxes;
};

} // namespace

std::unique_ptr<ImageTextModel> openTeran(const VerifiedModel& model, DeviceChoice choice)
{
    return std::make_unique<TeranModel>(model, computeDevice(choice));
}

} // namespace wordsight::model
