#include "core/nn/mlasm/mlasm.h"

#include <vector>

#include "core/nn/shared/normalise.h"

namespace wordsight::nn {

namespace {

namespace rnn = torch::nn::utils::rnn;

constexpr std::int64_t kTextsAtOnce = 16; ///< so many share one product with all regions

/// Weights as Glorot and Bengio (2010), as the authors start; biases 0.
torch::nn::Linear linear(std::int64_t in, std::int64_t out)
{
    torch::nn::Linear layer(in, out);
    torch::nn::init::xavier_uniform_(layer->weight);
    torch::nn::init::zeros_(layer->bias);
    return layer;
}

/// shares [N, S], vectors [N or 1, S, D] → [N, D]
torch::Tensor weightedSum(const torch::Tensor& shares, const torch::Tensor& vectors)
{
    return vectors.size(0) == 1 ? shares.matmul(vectors[0]) : torch::bmm(shares.unsqueeze(1), vectors).squeeze(1);
}

/// [N, W, R] of N photographs and N sentences, or one of either.
torch::Tensor affinitiesOf(const torch::Tensor& regions, const torch::Tensor& words)
{
    return torch::matmul(words, regions.transpose(1, 2));
}

/// 1/W at each of a sentence's W words. [N, W]
torch::Tensor evenShares(const torch::Tensor& mask)
{
    const auto present = mask.to(torch::kFloat);
    return present / present.sum(1, true).clamp_min(1);
}

} // namespace

MlasmImpl::MlasmImpl(const MlasmOptions& o)
    : m_options(o)
{
    std::int64_t regions = 0;
    for (const auto group : o.regionGroups)
        regions += group;
    m_regionProjection = register_module("region_projection", linear(regions, o.dimension));
    m_imageProjection = register_module("image_projection", linear(o.globalDimension, o.dimension));
    m_imageContext = register_module("image_context", linear(o.dimension, o.dimension));
    m_gate = register_module("gate", torch::nn::Linear(2 * o.dimension, o.dimension));
    m_textContext = register_module("text_context", linear(o.dimension, o.dimension));
    m_wordLayers = register_module("word_layers",
        torch::nn::GRU(torch::nn::GRUOptions(o.wordDimension, o.dimension)
                           .num_layers(o.wordLayers)
                           .batch_first(true)
                           .bidirectional(o.bidirectional)));
}

torch::Tensor MlasmImpl::prepareRegions(const torch::Tensor& features) const
{
    return normaliseGroups(features, m_options.regionGroups, m_options.inputNorm, m_options.inputScale);
}

MlasmImpl::ImageOutput MlasmImpl::encodeImages(const torch::Tensor& prepared, const torch::Tensor& whole)
{
    const auto drop = [&](const torch::Tensor& x) { return torch::dropout(x, m_options.regionDropout, is_training()); };
    const auto regions = unit(m_regionProjection->forward(drop(prepared)));
    const auto global = m_imageProjection->forward(drop(unit(whole)));
    return { regions, m_options.unitGlobal ? unit(global) : global, AttentionSide::of(regions).gram };
}

MlasmImpl::TextOutput MlasmImpl::encodeTexts(const torch::Tensor& words, const torch::Tensor& mask)
{
    const auto lengths = mask.sum(1).clamp_min(1).to(torch::kCPU, torch::kLong);
    const auto input = torch::dropout(words, m_options.wordDropout, is_training());
    const auto packed = rnn::pack_padded_sequence(input, lengths, true, false);
    const auto states = std::get<0>(m_wordLayers->forward_with_packed_input(packed));
    auto padded = std::get<0>(rnn::pad_packed_sequence(states, true, 0, words.size(1)));
    if (m_options.bidirectional)
        padded = 0.5
            * (padded.narrow(2, 0, m_options.dimension) + padded.narrow(2, m_options.dimension, m_options.dimension));
    return { unit(padded) * mask.unsqueeze(2), mask };
}

MlasmImpl::PairOutput MlasmImpl::scorePairs(const ImageOutput& images, const TextOutput& texts)
{
    return scorePairs(images, texts, affinitiesOf(images.regions, texts.words));
}

MlasmImpl::PairOutput MlasmImpl::scorePairs(
    const ImageOutput& images, const TextOutput& texts, const torch::Tensor& affinities)
{
    const AttentionSide regions { images.gram, {} }, words = AttentionSide::of(texts.words, texts.mask);
    const auto seen = attend(affinities.transpose(1, 2), regions, words, { .smoothing = m_options.wordSmoothing });
    const auto read = attend(affinities, words, regions, { .smoothing = m_options.regionSmoothing });
    const auto wordShare = evenShares(texts.mask);
    const double regionShare = 1.0 / double(images.regions.size(1));

    PairOutput out;
    out.attention = seen.weights;
    out.textToImage = (seen.similarities * wordShare).sum(1);
    out.imageToText = read.similarities.mean(1);
    out.wordShares = 0.5 * (seen.similarities * wordShare + read.parts.sum(2) * regionShare);
    out.imageContext = weightedSum((seen.weights * wordShare.unsqueeze(1)).sum(2), images.regions);
    out.textContext = weightedSum(read.weights.mean(2), texts.words);
    out.imageGlobal = imageGlobal(images.global, out.imageContext);
    out.textGlobal = textGlobal(out.textContext);
    out.local = 0.5 * (out.textToImage + out.imageToText);
    out.global = (out.imageGlobal * out.textGlobal).sum(1);
    out.score = m_options.localShare * out.local + (1 - m_options.localShare) * out.global;
    return out;
}

torch::Tensor MlasmImpl::scoreAll(const ImageOutput& images, const TextOutput& texts)
{
    const auto count = texts.words.size(0);
    auto scores = torch::empty({ images.regions.size(0), count }, images.regions.options());
    const auto lengths = texts.mask.sum(1).clamp_min(1).to(torch::kCPU, torch::kLong);
    const auto* length = lengths.data_ptr<std::int64_t>();
    for (std::int64_t begin = 0; begin < count; begin += kTextsAtOnce) {
        const auto end = std::min(begin + kTextsAtOnce, count);
        std::vector<torch::Tensor> words;
        for (auto t = begin; t < end; ++t)
            words.push_back(texts.words[t].narrow(0, 0, length[t]));
        const auto affinities = affinitiesOf(images.regions, torch::cat(words).unsqueeze(0));
        for (std::int64_t t = begin, column = 0; t < end; column += length[t++]) {
            const TextOutput one { words[t - begin].unsqueeze(0), texts.mask[t].narrow(0, 0, length[t]).unsqueeze(0) };
            scores.select(1, t).copy_(scorePairs(images, one, affinities.narrow(1, column, length[t])).score);
        }
    }
    return scores;
}

torch::Tensor MlasmImpl::imageGlobal(const torch::Tensor& global, const torch::Tensor& context)
{
    const auto seen = m_imageContext->forward(context);
    const auto own = global.expand_as(seen);
    const auto gate = torch::sigmoid(m_gate->forward(torch::cat({ own, seen }, 1)));
    return unit(gate * own + (1 - gate) * seen);
}

torch::Tensor MlasmImpl::textGlobal(const torch::Tensor& context)
{
    return unit(m_textContext->forward(context));
}

torch::Tensor MlasmImpl::textGlobalOf(const TextOutput& texts)
{
    return textGlobal((texts.words * evenShares(texts.mask).unsqueeze(2)).sum(1));
}

} // namespace wordsight::nn
