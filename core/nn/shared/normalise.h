#pragma once

#include <vector>

#include <torch/torch.h>

#include "core/nn/shared/feature_norm.h"

namespace wordsight::nn {

/// x [..., Σ groups] → the same, each group of columns brought to the norm `scale` (0: the root of its size) by the
/// rule. Has no parameters.
torch::Tensor normaliseGroups(
    const torch::Tensor& x, const std::vector<std::int64_t>& groups, FeatureNorm rule, double scale);

/// x / max(‖x‖, 1e-12) over the last dimension, in fp32 whatever autocast does.
torch::Tensor unit(const torch::Tensor& x);

} // namespace wordsight::nn
