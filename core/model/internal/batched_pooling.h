#pragma once

#include <torch/torch.h>

#include "core/align/pooling.h"

namespace wordsight::model {

/// Scores of every image with every text from the alignment matrices A[i,t,r,w] = region · word, pooled as
/// align::Pooling says (Messina et al. 2021, section 3.3), differentiable.
/// regions [Bi, R, D]; words [Bt, W, D], 0 where masked; mask [Bt, W] bool; weights [Bt, W] multiply each word's column.
/// Masked words take no part; MrAVGw and Mean divide by the number of words that do. → [Bi, Bt] fp32.
/// The products are computed for the words that there are only, in bf16 where autocast is on.
torch::Tensor poolAlignments(const torch::Tensor& regions, const torch::Tensor& words, const torch::Tensor& mask,
                             const torch::Tensor& weights, align::Pooling pooling);

} // namespace wordsight::model
