#pragma once

#include <torch/torch.h>

#include "core/align/pooling.h"
#include "core/nn/teran/teran.h"

namespace wordsight::nn {

/// Scores of every image with every text from the alignment matrices A[i,t,r,w] = region · word, pooled as
/// align::contributions does (Messina et al. 2021, section 3.3), weights and baselines among it; differentiable.
/// regions [Bi, R, D]; mask [Bt, W] bool: masked words take no part. → [Bi, Bt] fp32.
/// Where a maximum over regions is asked for, products are computed for the words that there are only.
torch::Tensor poolAlignments(const torch::Tensor& regions, const TeranImpl::TextOutput& texts,
    const torch::Tensor& mask, align::Pooling pooling);

} // namespace wordsight::nn
