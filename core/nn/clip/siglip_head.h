#pragma once

#include "core/nn/clip/clip_layers.h"

namespace wordsight::nn {

/// SigLIP's pooling (multi-head attention pooling, Zhai et al., CVPR 2022): a learnt probe attends to all patches;
/// then x + mlp(norm(x)).
class SiglipHeadImpl : public torch::nn::Module {
public:
    explicit SiglipHeadImpl(const ClipTowerOptions& options);

    /// Patches [B,P,width] → the photograph [B,width].
    torch::Tensor forward(const torch::Tensor& patches) const;
    /// As if the probe attended to one patch alone, for each of them: [B,P,width] → [B,P,width].
    torch::Tensor eachAlone(const torch::Tensor& patches) const;

private:
    torch::Tensor project(const torch::Tensor& x, std::int64_t part) const;
    torch::Tensor finish(const torch::Tensor& attended) const;

    ClipTowerOptions m_options;
    torch::Tensor m_probe, m_inWeight, m_inBias;
    ClipAffine m_out, m_norm;
    ClipMlp m_mlp;
};
TORCH_MODULE(SiglipHead);

} // namespace wordsight::nn
