#pragma once

#include <torch/torch.h>

namespace wordsight::nn {

/// regions [B, R, D], words [T, D] → [B, T] fp32: max over r of region · word, differentiable.
/// Only the region that attains a maximum gets a gradient, so on the CPU neither the products [B, R, T] nor their
/// gradient are kept: the backward pass costs an R-th of two matrix products.
torch::Tensor maxSim(const torch::Tensor& regions, const torch::Tensor& words);

} // namespace wordsight::nn
