#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "core/model/architectures/network_model.h"
#include "core/nn/backbones/pixels.h"
#include "core/nn/clip/clip.h"
#include "core/nn/clip/clip_tokenizers.h"
#include "core/nn/formats/tensor_values.h"
#include "core/text/language.h"
#include "core/text/words.h"

namespace wordsight::model {

using namespace nn;
namespace {

constexpr std::size_t kTextsAtOnce = 64;
constexpr std::size_t kPatchedImagesPerBatch = 16;
constexpr std::size_t kManyLanguages = 100'000; // pieces of a vocabulary: CLIP has 49,408, Gemma 256,000
constexpr std::size_t kWordsKept = 20'000;      // of 512 numbers: 40 MB

PixelNormalizer pixelsOf(const ClipVisionOptions& options)
{
    const auto three = [](const std::vector<double>& values) { return std::span<const double, 3>(values); };
    return { static_cast<int>(options.side), three(options.mean), three(options.deviation),
        options.resampling == ClipResampling::Bicubic ? image::Resampling::Bicubic : image::Resampling::Bilinear };
}

/// The cells of the patches. Pixels that are left over at the right and below belong to none.
std::vector<Box> patchBoxes(const ClipVisionOptions& options)
{
    const float side = static_cast<float>(options.patch) / static_cast<float>(options.side);
    std::vector<Box> boxes;
    for (std::int64_t y = 0; y < options.grid(); ++y)
        for (std::int64_t x = 0; x < options.grid(); ++x)
            boxes.push_back({ static_cast<float>(x) * side, static_cast<float>(y) * side, side, side });
    return boxes;
}

torch::Tensor normalized(const torch::Tensor& vectors)
{
    return torch::nn::functional::normalize(vectors, torch::nn::functional::NormalizeFuncOptions().dim(-1))
        .to(torch::kCPU);
}

std::string filledIn(std::string prompt, const std::string& word)
{
    return prompt.replace(prompt.find("{}"), 2, word);
}

/// Of unit vectors: their mean, of length 1 again.
std::vector<float> meanDirection(std::span<std::vector<float>> vectors)
{
    std::vector<float> mean = std::move(vectors.front());
    for (const auto& other : vectors.subspan(1))
        std::ranges::transform(mean, other, mean.begin(), std::plus<>());
    const float length = std::sqrt(std::inner_product(mean.begin(), mean.end(), mean.begin(), 0.0f));
    if (vectors.size() > 1 && length > 0)
        for (float& value : mean)
            value /= length;
    return mean;
}

/// CLIP and SigLIP as they were published, with patches as regions. A sentence and a photograph as wholes score as in
/// the original: that cosine, at weight 1, carries the ranking. A word is encoded by itself, as the sentence that it is
/// alone, or averaged over the configuration's prompts: only whole texts were trained to lie in the joint space; states
/// inside a sentence were not. All words
/// together add at most `wordWeight` times the mean of their best cosines, so that they decide among near-equals and
/// can be muted, weighted and turned against; the score stays an exact sum.
class ClipModel final : public NetworkModel<Clip> {
public:
    ClipModel(const VerifiedModel& model, torch::Device device)
        : NetworkModel(model, optionsOf<ClipOptions>(model), device)
        , m_pixels(pixelsOf(m_network->options().vision))
        , m_tokenizer(openClipTokenizer(model.folder, m_network->options()))
        , m_prompts(m_network->options().wordPrompts)
    {
        if (m_prompts.empty())
            m_prompts.push_back("{}");
        const auto& vision = m_network->options().vision;
        m_info.boxes = patchBoxes(vision);
        m_info.photographs = { static_cast<int>(vision.side), m_pixels.resampling() };
    }

    std::vector<ImageEncoding> encodeImages(std::span<const image::Image> images) override
    {
        return encodingsOf<ImageEncoding>(images, kPatchedImagesPerBatch, [&](auto batch, auto& encodings) {
            const auto output = m_network->encodeImages(m_pixels(batch).to(m_device));
            const auto patches = normalized(output.patches);
            const auto global = normalized(output.global);
            for (std::int64_t i = 0; i < global.size(0); ++i)
                encodings.push_back({ matrixOf(patches[i]), vectorOf(global[i]), {} });
        });
    }

    std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) override
    {
        std::vector<TextEncoding> encodings(sentences.size());
        std::vector<text::TokenIds> tokens;
        std::vector<std::string> newWords;
        std::unordered_set<std::string> seen;
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            tokens.push_back(m_tokenizer->encode(sentences[i], positions()));
            encodings[i].truncated = tokens.back().truncated;
            std::vector<text::CutWord> cut;
            for (text::SpelledWord& word : text::wordsOf(sentences[i])) {
                cut.push_back({ word.text, piecesOf(word.text) });
                if (text::isSpelledOut(word.text, cut.back().pieces))
                    encodings[i].unknown.push_back(word.text);
                if (!m_words.contains(word.text) && seen.insert(word.text).second)
                    newWords.push_back(word.text);
                encodings[i].texts.push_back(std::move(word.text));
                encodings[i].spans.push_back(word.span);
            }
            // A vocabulary of many languages cuts long words of every one.
            encodings[i].otherLanguage
                = m_tokenizer->vocabularySize() < kManyLanguages && text::isOfAnotherLanguage(cut);
        }
        for (const std::string& word : newWords)
            for (const std::string& prompt : m_prompts)
                tokens.push_back(m_tokenizer->encode(filledIn(prompt, word), positions()));
        auto vectors = encode(tokens);
        for (std::size_t i = 0; i < newWords.size(); ++i)
            m_words[newWords[i]]
                = meanDirection(std::span(vectors).subspan(sentences.size() + i * m_prompts.size(), m_prompts.size()));
        for (std::size_t i = 0; i < sentences.size(); ++i)
            complete(encodings[i], std::move(vectors[i]));
        if (m_words.size() > kWordsKept)
            m_words.clear();
        return encodings;
    }

private:
    std::size_t positions() const { return static_cast<std::size_t>(m_network->options().text.positions); }

    /// Without the marks around it.
    std::size_t piecesOf(const std::string& word) const
    {
        return m_tokenizer->encode(word, positions()).ids.size() - m_tokenizer->encode("", positions()).ids.size();
    }

    /// Words and weights of a sentence whose texts are known.
    void complete(TextEncoding& encoding, std::vector<float> global) const
    {
        const auto count = encoding.texts.size();
        encoding.global = std::move(global);
        encoding.words = Matrix(count, encoding.global.size());
        for (std::size_t w = 0; w < count; ++w)
            std::ranges::copy(m_words.at(encoding.texts[w]), encoding.words.row(w).begin());
        encoding.weights.assign(count, static_cast<float>(m_network->options().wordWeight));
    }

    /// Vectors of texts, in order; those of similar length go through the network together.
    std::vector<std::vector<float>> encode(const std::vector<text::TokenIds>& texts)
    {
        std::vector<std::size_t> order(texts.size());
        std::iota(order.begin(), order.end(), std::size_t { 0 });
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return texts[i].ids.size(); });
        std::vector<std::vector<float>> vectors(texts.size());
        inBatches(std::span<const std::size_t>(order), kTextsAtOnce, [&](auto batch) {
            const auto length = m_network->options().siglip() ? positions() : texts[batch.back()].ids.size();
            auto ids = torch::full({ static_cast<std::int64_t>(batch.size()), static_cast<std::int64_t>(length) },
                m_tokenizer->padId(), torch::kInt64);
            for (std::size_t row = 0; row < batch.size(); ++row)
                std::ranges::copy(texts[batch[row]].ids, ids.data_ptr<std::int64_t>() + row * length);
            const auto output = normalized(m_network->encodeTexts(ids.to(m_device)));
            for (std::size_t row = 0; row < batch.size(); ++row)
                vectors[batch[row]] = vectorOf(output[static_cast<std::int64_t>(row)]);
        });
        return vectors;
    }

    PixelNormalizer m_pixels;
    std::unique_ptr<text::SubwordTokenizer> m_tokenizer;
    std::vector<std::string> m_prompts;                          ///< {} stands for a word
    std::unordered_map<std::string, std::vector<float>> m_words; ///< vectors of words seen: captions repeat them
};

} // namespace

std::unique_ptr<ImageTextModel> openClip(const VerifiedModel& model, DeviceChoice choice)
{
    return std::make_unique<ClipModel>(model, computeDevice(choice));
}

} // namespace wordsight::model
