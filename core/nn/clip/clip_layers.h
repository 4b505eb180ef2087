#pragma once

#include <memory>
#include <vector>

#include "core/nn/clip/clip_options.h"
#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

/// A name in a module tree: holds what is registered in it and computes nothing.
struct ClipBranch : torch::nn::Module { };

/// `weight` and perhaps `bias`, of a linear map, a norm or a table. Without values until they are assigned.
class ClipAffineImpl : public torch::nn::Module {
public:
    explicit ClipAffineImpl(torch::IntArrayRef shape, bool bias = true);

    torch::Tensor linear(const torch::Tensor& x) const;               ///< [..., in] → [..., out]
    torch::Tensor norm(const torch::Tensor& x, double epsilon) const; ///< over the last dimension
    torch::Tensor weight;
    torch::Tensor bias;
};
TORCH_MODULE(ClipAffine);

/// fc2(activation(fc1(x))).
class ClipMlpImpl : public torch::nn::Module {
public:
    explicit ClipMlpImpl(const ClipTowerOptions& options);
    torch::Tensor forward(const torch::Tensor& x) const;

private:
    ClipActivation m_activation;
    ClipAffine m_up, m_down;
};
TORCH_MODULE(ClipMlp);

/// A pre-norm transformer layer: x + attention(norm(x)), then x + mlp(norm(x)).
class ClipLayerImpl : public torch::nn::Module {
public:
    explicit ClipLayerImpl(const ClipTowerOptions& options);

    /// [B,T,width] → the same. `causal`: a position sees itself and those before it.
    torch::Tensor forward(const torch::Tensor& x, bool causal) const;
    /// As if every position attended to itself alone: the value path of the attention, all else as in forward()
    /// (MaskCLIP: Zhou et al., ECCV 2022, §3.2).
    torch::Tensor withoutMixing(const torch::Tensor& x) const;
    /// What every position takes up from those that are like it, by their queries (ClearCLIP) or keys (NACLIP), without
    /// residual and MLP. `nearness` [T,T] is added to the logits where it is defined.
    torch::Tensor alike(const torch::Tensor& x, bool byKeys, const torch::Tensor& nearness) const;

private:
    torch::Tensor heads(const torch::Tensor& x) const;
    torch::Tensor finish(const torch::Tensor& x, const torch::Tensor& attended) const;

    ClipTowerOptions m_options;
    ClipAffine m_query, m_key, m_value, m_out, m_attentionNorm, m_mlpNorm;
    ClipMlp m_mlp;
};
TORCH_MODULE(ClipLayer);

/// Registers "encoder.layers.0" ... in `tower`.
std::vector<ClipLayer> clipLayers(torch::nn::Module& tower, const ClipTowerOptions& options);

/// A table or map below the branch `at` of a tower, under `name`.
ClipAffine clipAffine(torch::nn::Module& at, const char* name, torch::IntArrayRef shape, bool bias = true);

} // namespace wordsight::nn
