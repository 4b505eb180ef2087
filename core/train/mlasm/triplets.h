#pragma once

#include <torch/torch.h>

#include "core/nn/mlasm/mlasm.h"

namespace wordsight::train {

/// The triplet loss with hardest negatives over all pairs of a batch (Faghri et al. 2018, eq. 6), owner[t] the
/// photograph of sentence t: hingeLoss(every score, ..., hardest) to the number, gradients included, without keeping
/// what every pair computes. All pairs are scored without gradients; only the true pairs and the hardest negatives, at
/// most three per sentence, are scored again with them.
torch::Tensor tripletLoss(nn::Mlasm& network, const nn::MlasmImpl::ImageOutput& images,
    const nn::MlasmImpl::TextOutput& texts, const torch::Tensor& owner, double margin, bool maskSamePhoto);

} // namespace wordsight::train
