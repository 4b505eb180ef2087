#pragma once

#include <torch/torch.h>

namespace wordsight::nn {

/// Stacked cross attention (Lee et al., ECCV 2018, section 3.1): every query looks at the contexts of the other side
/// and is compared with what it sees. Words over regions (text-to-image) or regions over words (image-to-text).

/// How raw affinities are normalised before the softmax: for each context, over the queries.
enum class AffinityNorm { ClippedL2, L2, Clipped, Softmax, None };
/// How the similarities of a pair's queries become one score.
enum class Aggregation { LogSumExp, Mean, Max, Sum };

struct CrossAttentionOptions {
    AffinityNorm norm = AffinityNorm::ClippedL2;
    double slope = 0.1;   ///< of the LeakyReLU that "clips"
    double smoothing = 9; ///< λ1, inverse temperature of the softmax over contexts
    Aggregation aggregation = Aggregation::Mean;
    double sharpness = 6; ///< λ2 of LogSumExp
};

/// One side of the attention for N pairs of C contexts and Q queries, some of them padding.
struct Attended {
    torch::Tensor weights;      ///< [N, C, Q] each query's attention; sums to 1 over the contexts
    torch::Tensor similarities; ///< [N, Q] cosine of each query with the contexts that it attends to; 0 at padding
    torch::Tensor parts;        ///< [N, C, Q] what each context adds to that cosine: their sum over the contexts is it
};

/// The vectors of one side as attention needs them.
struct AttentionSide {
    torch::Tensor gram; ///< [N or 1, S, S] their products with each other
    torch::Tensor mask; ///< [N or 1, S] bool; undefined where nothing is padding

    /// vectors [N or 1, S, D]
    static AttentionSide of(const torch::Tensor& vectors, const torch::Tensor& mask = {});
};

/// affinities [N, C, Q] context · query. The attended vectors are never formed: their products with the queries and
/// with each other follow from the affinities and the contexts' Gram matrix, which costs C instead of D multiplications
/// an element.
Attended attend(const torch::Tensor& affinities, const AttentionSide& contexts, const AttentionSide& queries,
    const CrossAttentionOptions& options);

/// similarities [N, Q] → [N]. A pair without queries has 0.
torch::Tensor aggregate(
    const torch::Tensor& similarities, const torch::Tensor& queryMask, const CrossAttentionOptions& options);

} // namespace wordsight::nn
