#include "core/nn/mlasm/scan_attention.h"

namespace wordsight::nn {

namespace {

constexpr double kEpsilon = 1e-8;
constexpr double kNever = -1e9; ///< a logit that a softmax takes for −∞, without making rows of padding not a number

torch::Tensor maskedTo(const torch::Tensor& values, const torch::Tensor& mask, double filler)
{
    return mask.defined() ? values.masked_fill(mask.logical_not(), filler) : values;
}

/// Roots whose gradient at 0 is 0.
torch::Tensor rooted(const torch::Tensor& squares)
{
    return squares.clamp_min(kEpsilon * kEpsilon).sqrt();
}

/// values / (their norm over the last axis + ε).
torch::Tensor normalised(const torch::Tensor& values)
{
    return values / (rooted((values * values).sum(-1, true)) + kEpsilon);
}

/// Softmax over axis 1, along memory where that is how the numbers lie.
torch::Tensor softmaxOverContexts(const torch::Tensor& logits)
{
    return logits.stride(1) == 1 ? torch::softmax(logits.transpose(1, 2), 2).transpose(1, 2)
                                 : torch::softmax(logits, 1);
}

/// affinities [N, C, Q], padding among the queries taking no part.
torch::Tensor normalise(const torch::Tensor& affinities, const torch::Tensor& queryMask, const CrossAttentionOptions& o)
{
    const auto mask = queryMask.defined() ? queryMask.unsqueeze(1) : queryMask;
    switch (o.norm) {
    case AffinityNorm::ClippedL2:
        return normalised(maskedTo(torch::leaky_relu(affinities, o.slope), mask, 0));
    case AffinityNorm::L2:
        return normalised(maskedTo(affinities, mask, 0));
    case AffinityNorm::Clipped:
        return torch::leaky_relu(affinities, o.slope);
    case AffinityNorm::Softmax:
        return torch::softmax(maskedTo(affinities, mask, kNever), -1);
    case AffinityNorm::None:
        break;
    }
    return affinities;
}

} // namespace

AttentionSide AttentionSide::of(const torch::Tensor& vectors, const torch::Tensor& mask)
{
    return { torch::matmul(vectors, vectors.transpose(1, 2)), mask };
}

Attended attend(const torch::Tensor& affinities, const AttentionSide& contexts, const AttentionSide& queries,
    const CrossAttentionOptions& options)
{
    const auto present = contexts.mask.defined() ? contexts.mask.unsqueeze(2) : contexts.mask;
    const auto logits = maskedTo(options.smoothing * normalise(affinities, queries.mask, options), present, kNever);
    Attended result { softmaxOverContexts(logits), {}, {} };
    const auto squares = (torch::matmul(contexts.gram, result.weights) * result.weights).sum(1);
    const auto lengths = (rooted(squares) * rooted(queries.gram.diagonal(0, 1, 2))).clamp_min(kEpsilon);
    result.parts = affinities * result.weights / lengths.unsqueeze(1);
    result.similarities = maskedTo(result.parts.sum(1), queries.mask, 0);
    return result;
}

torch::Tensor aggregate(
    const torch::Tensor& similarities, const torch::Tensor& queryMask, const CrossAttentionOptions& options)
{
    const auto present = queryMask.defined() ? queryMask.to(similarities.scalar_type()).expand_as(similarities)
                                             : torch::ones_like(similarities);
    const auto any = present.amax(1);
    switch (options.aggregation) {
    case Aggregation::LogSumExp:
        return torch::logsumexp(maskedTo(similarities * options.sharpness, queryMask, kNever), 1) / options.sharpness
            * any;
    case Aggregation::Max:
        return maskedTo(similarities, queryMask, kNever).amax(1) * any;
    case Aggregation::Mean:
        return (similarities * present).sum(1) / present.sum(1).clamp_min(1);
    case Aggregation::Sum:
        break;
    }
    return (similarities * present).sum(1);
}

} // namespace wordsight::nn
