#pragma once

#include <torch/torch.h>

namespace wordsight::train {

/// owner [T] the image of each text → [T, T] bool: whether text u is no negative for the image of text t.
torch::Tensor sparedPairs(const torch::Tensor& owner, bool samePhoto);

/// S[i,t] of image i and text t, owner[t] the image of text t. Means over texts; each side counts half.
/// InfoNCE in both directions (van den Oord et al. 2018) on scaled scores: each text against all images, each image's
/// text against the other images' texts (with `maskSamePhoto`; without, its own other texts count as wrong too).
torch::Tensor contrastiveLoss(
    const torch::Tensor& scores, const torch::Tensor& owner, bool maskSamePhoto, double labelSmoothing);

/// Triplets with hinges (Faghri et al. 2018, eq. 6 hardest, eq. 5 all): the sum over texts of both directions.
torch::Tensor hingeLoss(
    const torch::Tensor& scores, const torch::Tensor& owner, double margin, bool hardest, bool maskSamePhoto);

} // namespace wordsight::train
