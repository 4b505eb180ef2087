#include "core/nn/shared/batched_pooling.h"

#include <algorithm>
#include <vector>

#include "core/nn/shared/max_sim.h"

namespace wordsight::nn {

namespace {

/// The words that there are, one after the other, and which text each is of.
struct PackedWords {
    torch::Tensor vectors; ///< [T, D]
    torch::Tensor weights; ///< [T]
    torch::Tensor spread;  ///< [T, Bt] a word's weight in the column of its text, else 0
};

PackedWords pack(const torch::Tensor& words, const torch::Tensor& mask, const torch::Tensor& weights, bool average)
{
    const auto positions = mask.nonzero();
    const auto text = positions.select(1, 0), word = positions.select(1, 1);
    PackedWords packed;
    packed.vectors = words.index({ text, word });
    packed.weights = weights.index({ text, word });
    auto share = packed.weights;
    if (average)
        share = share / mask.sum(1).to(torch::kFloat).index_select(0, text);
    packed.spread = torch::zeros({ text.size(0), mask.size(0) }, weights.options())
                        .index_put({ torch::arange(text.size(0), text.options()), text }, share);
    return packed;
}

/// Σ_w over the words of each text of max_r A (MrSw, MrAVGw).
torch::Tensor maxOverRegions(const torch::Tensor& regions, const PackedWords& packed)
{
    return torch::matmul(maxSim(regions, packed.vectors), packed.spread);
}

/// Σ_r of max_w A times the weight of the word that attains it, a few texts at a time: [Bi, texts, R, W] is the one
/// product that cannot be packed.
torch::Tensor maxOverWords(
    const torch::Tensor& regions, const torch::Tensor& words, const torch::Tensor& mask, const torch::Tensor& weights)
{
    constexpr std::int64_t elements = 32 << 20;
    const auto images = regions.size(0), count = regions.size(1), texts = words.size(0), length = words.size(1);
    const auto chunk
        = std::clamp<std::int64_t>(elements / std::max<std::int64_t>(1, images * count * length), 1, texts);
    std::vector<torch::Tensor> scores;
    for (std::int64_t begin = 0; begin < texts; begin += chunk) {
        const auto size = std::min(chunk, texts - begin);
        const auto some = words.narrow(0, begin, size).reshape({ size * length, -1 });
        const auto absent = mask.narrow(0, begin, size).logical_not();
        const auto alignment = torch::matmul(regions, some.t()).to(torch::kFloat).view({ images, count, size, length });
        const auto [best, word] = alignment.masked_fill(absent, -1e4).max(3); // [Bi, R, texts]
        const auto weight = weights.narrow(0, begin, size)
                                .expand({ images, count, size, length })
                                .gather(3, word.unsqueeze(3))
                                .squeeze(3);
        scores.push_back((best * weight).sum(1).masked_fill(absent.all(1), 0));
    }
    return torch::cat(scores, 1);
}

torch::Tensor pooled(
    const torch::Tensor& regions, const WordVectors& texts, const torch::Tensor& mask, align::Pooling pooling)
{
    using align::Pooling;
    switch (pooling) {
    case Pooling::MrSw:
    case Pooling::MrAVGw:
        return maxOverRegions(regions, pack(texts.words, mask, texts.weights, pooling == Pooling::MrAVGw));
    case Pooling::MwSr:
        return maxOverWords(regions, texts.words, mask, texts.weights);
    case Pooling::Symmetric:
        return maxOverRegions(regions, pack(texts.words, mask, texts.weights, false))
            + maxOverWords(regions, texts.words, mask, texts.weights);
    case Pooling::Sum:
    case Pooling::Mean:
        break;
    }
    // Sums commute with the product: Σ_r Σ_w v_r · s_w = (Σ_r v_r) · (Σ_w s_w).
    const auto sums
        = torch::matmul(regions.sum(1), (texts.words * texts.weights.unsqueeze(-1)).sum(1).t()).to(torch::kFloat);
    return pooling == Pooling::Sum ? sums
                                   : sums / (double(regions.size(1)) * mask.sum(1).clamp_min(1).to(torch::kFloat));
}

} // namespace

torch::Tensor poolAlignments(
    const torch::Tensor& regions, const WordVectors& texts, const torch::Tensor& mask, align::Pooling pooling)
{
    const auto scores = pooled(regions, texts, mask, pooling);
    if (!texts.baselines.defined())
        return scores;
    auto expected = (texts.weights * texts.baselines).sum(1);
    if (pooling == align::Pooling::MrAVGw || pooling == align::Pooling::Mean)
        expected = expected / mask.sum(1).clamp_min(1).to(torch::kFloat);
    return scores - expected;
}

} // namespace wordsight::nn
