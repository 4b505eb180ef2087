#pragma once

#include <torch/torch.h>

#include "core/align/pooling.h"
#include "core/nn/teran/teran.h"
#include "core/train/teran/config.h"

namespace wordsight::train {

/// Boxed phrases of a batch. P of them; P may be 0.
struct GroundingBatch {
    torch::Tensor image;    ///< [P] int64 row of the images
    torch::Tensor text;     ///< [P] int64 row of the texts
    torch::Tensor words;    ///< [P, W] 1/n at the phrase's n words, else 0
    torch::Tensor coverage; ///< [P, R] target: how well a region stands for the phrase's boxes, 1 the best
};

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

/// −log of the softmax mass over regions, at inverse temperature `scale`, that falls on the phrase's boxes; the logit
/// of a region is the mean of A[r,w] over the phrase's words. Mean over phrases.
torch::Tensor groundingLoss(const torch::Tensor& regions, const torch::Tensor& words, const GroundingBatch& phrases,
    const torch::Tensor& scale);

struct LossValues {
    torch::Tensor total;
    torch::Tensor combined, words, global, grounding; ///< undefined where the term's weight is 0
};

/// The weighted sum of terms that a configuration asks for, with its learnt temperatures (kept as logarithms).
struct MatchingLossImpl : torch::nn::Module {
    explicit MatchingLossImpl(const LossOptions& options);
    LossValues forward(const nn::TeranImpl::ImageOutput& images, const nn::TeranImpl::TextOutput& texts,
        const torch::Tensor& mask, const torch::Tensor& owner, const GroundingBatch& phrases);
    /// γ of score = words + γ · global. 0 without global vectors.
    double globalWeight(bool hasGlobal) const;

private:
    torch::Tensor ranking(const torch::Tensor& scores, const torch::Tensor& scale, const torch::Tensor& owner) const;
    LossOptions m_options;
    align::Pooling m_pooling;
    torch::Tensor m_wordsScale, m_globalScale, m_groundingScale;
};
TORCH_MODULE(MatchingLoss);

} // namespace wordsight::train
