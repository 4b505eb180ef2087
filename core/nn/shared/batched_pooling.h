#pragma once

#include <torch/torch.h>

#include "core/align/pooling.h"

namespace wordsight::nn {

/// The words of sentences, as a score takes them.
struct WordVectors {
    torch::Tensor words;     ///< [B, W, D] L2-normalised, 0 where masked
    torch::Tensor weights;   ///< [B, W] what each word is worth, 0 where masked
    torch::Tensor baselines; ///< [B, W] the cosine each word reaches in an average photograph; undefined: 0
};

/// Scores of every image with every text from the alignment matrices A[i,t,r,w] = region · word, pooled as
/// align::contributions does (Messina et al. 2021, section 3.3), weights and baselines among it; differentiable.
/// regions [Bi, R, D]; mask [Bt, W] bool: masked words take no part. → [Bi, Bt] fp32.
/// Where a maximum over regions is asked for, products are computed for the words that there are only.
torch::Tensor poolAlignments(
    const torch::Tensor& regions, const WordVectors& texts, const torch::Tensor& mask, align::Pooling pooling);

} // namespace wordsight::nn
