#pragma once

#include <torch/torch.h>

#include "core/nn/shared/normalise.h"
#include "core/nn/teran/teran_options.h"

namespace wordsight::nn {

/// What brings features to the width of a pipeline; see PipelineOptions::projection.
struct ProjectionImpl : torch::nn::Module {
    /// `side`: columns after the features (boxes), to which dropout does not apply.
    ProjectionImpl(std::int64_t in, std::int64_t side, std::int64_t out, std::int64_t hidden, ProjectionKind kind,
        double dropout, bool sharedDropout = false);
    /// x [..., S, in], side [S, side] (undefined where there are none) → [..., S, out]
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& side = {});

private:
    torch::Tensor drop(const torch::Tensor& x) const;
    std::int64_t m_in, m_out, m_hidden;
    bool m_residual;
    double m_dropout;
    bool m_sharedDropout;
    torch::nn::Linear m_entry { nullptr };  ///< to the output, the hidden layer, or both at once
    torch::nn::Linear m_second { nullptr }; ///< from the hidden layer to the output
};
TORCH_MODULE(Projection);

/// A transformer encoder layer; parameters have PyTorch's names (self_attn.in_proj_weight, linear1, norm1, ...).
struct EncoderLayerImpl : torch::nn::Module {
    EncoderLayerImpl(std::int64_t width, const PipelineOptions& options);
    /// x [B, S, width], mask [B, S] bool (true: takes part; undefined: all do)
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& mask);

private:
    torch::Tensor attend(const torch::Tensor& x, const torch::Tensor& mask);
    torch::Tensor feed(const torch::Tensor& x);
    torch::Tensor drop(const torch::Tensor& x) const { return torch::dropout(x, m_dropout, is_training()); }
    std::int64_t m_heads;
    double m_dropout;
    bool m_preNorm;
    bool m_gelu;
    torch::Tensor m_inWeight, m_inBias;
    torch::nn::Linear m_out { nullptr }, m_linear1 { nullptr }, m_linear2 { nullptr };
    torch::nn::LayerNorm m_norm1 { nullptr }, m_norm2 { nullptr };
};
TORCH_MODULE(EncoderLayer);

/// A stack of layers, without one the identity. With `gated`, what the layers change is added through a learnt gate.
struct EncoderStackImpl : torch::nn::Module {
    EncoderStackImpl(std::int64_t count, std::int64_t width, const PipelineOptions& options, bool gated);
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& mask);
    torch::nn::ModuleList layers() const { return m_layers; } ///< of EncoderLayer

private:
    torch::nn::ModuleList m_layers;
    torch::Tensor m_gate;
};
TORCH_MODULE(EncoderStack);

} // namespace wordsight::nn
