#pragma once

#include <torch/torch.h>

#include "core/align/pooling.h"
#include "core/nn/teran/teran.h"
#include "core/train/shared/ranking_losses.h"
#include "core/train/shared/training_data.h"
#include "core/train/teran/config.h"

namespace wordsight::train {

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
    torch::Tensor m_wordsScale, m_globalScale, m_groundingScale;
};
TORCH_MODULE(MatchingLoss);

} // namespace wordsight::train
