#pragma once

#include <string>
#include <vector>

#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

/// A convolution with TensorFlow's "same" padding, its batch norm folded into weight and bias, and optionally ReLU6.
class ConvUnitImpl : public torch::nn::Module {
public:
    struct Options {
        std::int64_t in = 0;
        std::int64_t out = 0;
        std::int64_t kernel = 1;
        std::int64_t stride = 1;
        bool depthwise = false;
        bool relu6 = true;
    };

    explicit ConvUnitImpl(const Options& options);

    /// Takes <convolution>.weight and folds <norm>.{weight,bias,running_mean,running_var} into it.
    void load(
        const TensorMap& tensors, const std::string& convolution, const std::string& norm, const std::string& source);

    /// x [B,in,H,W] → [B,out,⌈H/stride⌉,⌈W/stride⌉], plus `residual` where there is one. Even sides only
    /// where stride is 2.
    torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& residual = {});

private:
    /// The weight in oneDNN's own layout for inputs of one shape, so that nothing is reordered or padded and ReLU6 and
    /// the residual cost nothing: 48 photographs of 288 pixels per second and core instead of 32 with plain
    /// convolutions.
    struct Packed {
        std::vector<std::int64_t> inputShape;
        const void* source = nullptr;
        std::uint32_t version = 0;
        torch::Tensor weight;
    };

    torch::Tensor forwardPacked(const torch::Tensor& x, const torch::Tensor& residual);
    torch::Tensor forwardPlain(const torch::Tensor& x, const torch::Tensor& residual) const;
    void pack(const torch::Tensor& x);

    Options m_options;
    Packed m_packed;
    torch::Tensor m_weight;
    torch::Tensor m_bias;
};
TORCH_MODULE(ConvUnit);

/// EfficientNet-Lite2 without its classifier (Tan and Le 2019, the Lite variant: no squeeze-and-excitation, ReLU6).
/// Parameters are the folded ones; gradients flow where they are asked for.
class EfficientNetLite2Impl : public torch::nn::Module {
public:
    static constexpr std::int64_t kStride16Channels = 120;
    static constexpr std::int64_t kHeadChannels = 1280;

    struct Maps {
        torch::Tensor stride16; ///< [B,120,H/16,W/16], the last features before the last halving
        torch::Tensor head;     ///< [B,1280,H/32,W/32], ≥ 0
    };

    EfficientNetLite2Impl();

    /// From the checkpoint of the efficientnet_lite_pytorch package. Throws Error{ModelMismatch} naming `source`.
    void load(const TensorMap& tensors, const std::string& source);

    /// x [B,3,H,W], normalised, H and W multiples of 32.
    Maps forward(const torch::Tensor& x);
    /// The two halves of forward(): all that comes before the last halving, and the rest.
    torch::Tensor stride16(const torch::Tensor& x);
    torch::Tensor head(const torch::Tensor& stride16);

    /// Lets gradients flow to the weights of head(), and to no others.
    void setHeadTrainable(bool trainable);

private:
    struct Block {
        ConvUnit expand { nullptr }; ///< none where nothing is expanded
        ConvUnit depthwise { nullptr };
        ConvUnit project { nullptr };
        bool residual = false;
    };

    torch::Tensor throughBlocks(torch::Tensor x, std::size_t first, std::size_t last);

    ConvUnit m_stem { nullptr };
    ConvUnit m_head { nullptr };
    std::vector<Block> m_blocks;
    std::size_t m_stride16Blocks = 0; ///< how many of them stride16() runs through
};
TORCH_MODULE(EfficientNetLite2);

} // namespace wordsight::nn
