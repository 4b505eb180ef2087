#include "core/nn/backbones/backbones.h"

#include <algorithm>
#include <numeric>

#include "core/nn/formats/pickle_reader.h"
#include "core/nn/formats/safetensors.h"

namespace wordsight::nn {
namespace {

// On a CPU: 56 photographs per second and core in fours, 41 in sixteens, a quarter of that time in page faults.
constexpr std::size_t kImagesAtOnceOnCpu = 4;
constexpr std::size_t kPiecesAtOnce = 4096;

/// [B,W,T]: row w of sentence b averages the pieces of its w-th word.
torch::Tensor averaging(std::span<const text::Tokens* const> batch, std::int64_t words, std::int64_t pieces)
{
    auto matrix = torch::zeros({ static_cast<std::int64_t>(batch.size()), words, pieces });
    auto cells = matrix.accessor<float, 3>();
    for (std::size_t b = 0; b < batch.size(); ++b)
        for (std::size_t w = 0; w < batch[b]->words.size(); ++w) {
            const text::Word& word = batch[b]->words[w];
            for (std::size_t p = word.firstPiece; p < word.firstPiece + word.pieceCount; ++p)
                cells[b][w][p] = 1.0f / static_cast<float>(word.pieceCount);
        }
    return matrix;
}

/// Sentences in order of their length, cut into batches of at most kPiecesAtOnce pieces, padding included.
std::vector<std::vector<std::size_t>> batchesOfSimilarLength(const std::vector<text::Tokens>& tokens)
{
    std::vector<std::size_t> order(tokens.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return tokens[i].ids.size(); });
    std::vector<std::vector<std::size_t>> batches;
    for (const std::size_t i : order) {
        if (batches.empty() || (batches.back().size() + 1) * tokens[i].ids.size() > kPiecesAtOnce)
            batches.emplace_back();
        batches.back().push_back(i);
    }
    return batches;
}

} // namespace

Backbones::Backbones(const std::filesystem::path& imageWeights, const std::filesystem::path& textFolder,
    FeatureOptions options, torch::Device device)
    : m_options(options)
    , m_device(torch::kCPU)
    , m_pixels(imageNetPixels(m_options.inputSide))
    , m_tokenizer(textFolder / "vocab.txt")
{
    if (imageWeights.empty())
        m_image = nullptr;
    else
        m_image->load(readTorchTensors(imageWeights), imageWeights.string());
    const auto textWeights = textFolder / "model.safetensors";
    assignParameters(*m_text, readSafetensors(textWeights), torch::kCPU, textWeights.string());
    to(device);
}

void Backbones::to(torch::Device device)
{
    m_device = device;
    for (const auto& [name, module] : modules())
        module->to(device);
}

std::map<std::string, std::shared_ptr<torch::nn::Module>> Backbones::modules() const
{
    std::map<std::string, std::shared_ptr<torch::nn::Module>> modules { { "text_backbone", m_text.ptr() } };
    if (!m_image.is_empty())
        modules["image_backbone"] = m_image.ptr();
    return modules;
}

void Backbones::setTrainable(bool imageHead, std::int64_t textLayers)
{
    m_trainable = imageHead || textLayers > 0;
    m_image->setHeadTrainable(imageHead);
    m_text->setTrainable(textLayers);
}

torch::Tensor Backbones::inChunks(
    std::span<const image::Image> images, const std::function<torch::Tensor(const torch::Tensor&)>& above)
{
    std::vector<torch::Tensor> parts;
    const std::size_t step = m_device.is_cpu() ? kImagesAtOnceOnCpu : std::max<std::size_t>(images.size(), 1);
    for (std::size_t i = 0; i < images.size(); i += step) {
        const auto batch = images.subspan(i, std::min(step, images.size() - i));
        const torch::NoGradGuard frozen;
        parts.push_back(above(m_image->stride16(m_pixels(batch).to(m_device))));
    }
    return parts.empty() ? torch::Tensor() : torch::cat(parts);
}

torch::Tensor Backbones::regionFeatures(std::span<const image::Image> images)
{
    const auto features = inChunks(images, [&](const torch::Tensor& maps) { return regionFeaturesAbove(maps); });
    return features.defined()
        ? features
        : torch::empty({ 0, static_cast<std::int64_t>(boxes().size()), regionDimension() }, m_device);
}

torch::Tensor Backbones::stride16Maps(std::span<const image::Image> images)
{
    return inChunks(images, [](const torch::Tensor& maps) { return maps; });
}

torch::Tensor Backbones::regionFeaturesAbove(const torch::Tensor& stride16)
{
    const torch::AutoGradMode mode(m_trainable && torch::GradMode::is_enabled());
    return regionsOf({ stride16, m_image->head(stride16) });
}

torch::Tensor Backbones::regionsOf(const EfficientNetLite2Impl::Maps& maps) const
{
    const auto batch = maps.head.size(0);
    const auto grid = maps.head.size(2);
    const auto head = maps.head.permute({ 0, 2, 3, 1 }).reshape({ batch, grid * grid, -1 });
    if (m_options.taps == RegionTaps::Head)
        return head;
    const auto fine = maps.stride16.permute({ 0, 2, 3, 1 })
                          .reshape({ batch, grid, 2, grid, 2, EfficientNetLite2Impl::kStride16Channels })
                          .permute({ 0, 1, 3, 2, 4, 5 })
                          .reshape({ batch, grid * grid, -1 });
    return torch::cat({ head, fine }, 2);
}

WordFeatures Backbones::wordFeatures(std::span<const std::string> sentences)
{
    const torch::AutoGradMode mode(m_trainable && torch::GradMode::is_enabled());
    WordFeatures out;
    std::size_t longest = 1;
    for (const std::string& sentence : sentences) {
        out.tokens.push_back(m_tokenizer.tokenize(sentence));
        std::erase_if(out.tokens.back().words, [](const text::Word& word) { return word.punctuation; });
        longest = std::max(longest, out.tokens.back().words.size());
    }
    const auto count = static_cast<std::int64_t>(sentences.size());
    out.words = torch::zeros({ count, static_cast<std::int64_t>(longest), wordDimension() }, m_device);
    out.sentence = torch::zeros({ count, sentenceDimension() }, m_device);
    auto wordMask = torch::zeros({ count, static_cast<std::int64_t>(longest) }, torch::kBool);
    for (std::int64_t b = 0; b < count; ++b)
        wordMask[b].slice(0, 0, static_cast<std::int64_t>(out.tokens[b].words.size())).fill_(true);
    out.mask = wordMask.to(m_device);

    for (const auto& batch : batchesOfSimilarLength(out.tokens)) {
        const auto rows = static_cast<std::int64_t>(batch.size());
        const auto length = static_cast<std::int64_t>(out.tokens[batch.back()].ids.size());
        auto ids = torch::full({ rows, length }, m_tokenizer.paddingId(), torch::kInt64);
        auto mask = torch::zeros({ rows, length }, torch::kBool);
        std::vector<const text::Tokens*> members;
        for (std::int64_t r = 0; r < rows; ++r) {
            const auto& tokens = out.tokens[batch[r]];
            members.push_back(&tokens);
            const auto pieces = static_cast<std::int64_t>(tokens.ids.size());
            std::copy(tokens.ids.begin(), tokens.ids.end(), ids.data_ptr<std::int64_t>() + r * length);
            mask[r].slice(0, 0, pieces).fill_(true);
        }
        const auto deviceMask = mask.to(m_device);
        const bool padded = out.tokens[batch.front()].ids.size() != static_cast<std::size_t>(length);
        const auto hidden = m_options.words == WordStates::Static
            ? m_text->unitEmbeddings(ids.to(m_device))
            : m_text->forward(ids.to(m_device), padded ? deviceMask : torch::Tensor());
        const auto states = m_options.words == WordStates::Both
            ? torch::cat({ hidden, m_text->unitEmbeddings(ids.to(m_device)) }, 2)
            : hidden;
        const auto weights = deviceMask.to(torch::kFloat32).unsqueeze(2);
        const auto at = torch::tensor(std::vector<std::int64_t>(batch.begin(), batch.end())).to(m_device);
        out.sentence.index_copy_(0, at, (hidden * weights).sum(1) / weights.sum(1));
        out.words.index_copy_(0, at, torch::bmm(averaging(members, longest, length).to(m_device), states));
    }
    return out;
}

std::vector<Box> Backbones::boxes() const
{
    const int grid = m_image.is_empty() ? 0 : m_options.inputSide / 32;
    const float side = 1.0f / static_cast<float>(grid);
    std::vector<Box> boxes;
    for (int y = 0; y < grid; ++y)
        for (int x = 0; x < grid; ++x)
            boxes.push_back({ static_cast<float>(x) * side, static_cast<float>(y) * side, side, side });
    return boxes;
}

int Backbones::wordDimension() const
{
    return sentenceDimension() * (m_options.words == WordStates::Both ? 2 : 1);
}

int Backbones::regionDimension() const
{
    constexpr int head = EfficientNetLite2Impl::kHeadChannels;
    constexpr int fine = 4 * EfficientNetLite2Impl::kStride16Channels;
    return m_options.taps == RegionTaps::Head ? head : head + fine;
}

} // namespace wordsight::nn
