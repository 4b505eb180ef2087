#include "core/nn/backbones/efficientnet_lite.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <fmt/format.h>

namespace wordsight::nn {
namespace {

constexpr double kBatchNormEpsilon = 1e-3;

struct Stage {
    int blocks;
    std::int64_t kernel;
    std::int64_t stride;
    std::int64_t expansion;
    std::int64_t channels;
};

/// EfficientNet-B0's stages at width 1.1 and depth 1.2; the Lite family leaves stem, first and last stage unscaled
/// in depth, and the head at 1280 channels.
constexpr Stage kStages[] = { { 1, 3, 1, 1, 16 }, { 3, 3, 2, 6, 24 }, { 3, 5, 2, 6, 48 }, { 4, 3, 2, 6, 88 },
    { 4, 5, 1, 6, 120 }, { 5, 5, 2, 6, 208 }, { 1, 3, 1, 6, 352 } };
constexpr std::int64_t kStemChannels = 32;
constexpr int kLastStageOfStride16 = 4;

/// Calls an operator of oneDNN that Torch registers but does not declare.
torch::Tensor callOperator(const char* name, const char* overload, torch::jit::Stack stack)
{
    c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).callBoxed(stack);
    return stack.at(0).toTensor();
}

/// "Same" padding of an even side at stride 2 is one more behind than in front.
bool isLopsided(std::int64_t stride)
{
    return stride == 2;
}

} // namespace

ConvUnitImpl::ConvUnitImpl(const Options& options)
    : m_options(options)
{
    const auto inputs = options.depthwise ? 1 : options.in;
    m_weight = register_parameter("weight", torch::empty({ options.out, inputs, options.kernel, options.kernel }));
    m_bias = register_parameter("bias", torch::empty({ options.out }));
}

void ConvUnitImpl::load(
    const TensorMap& tensors, const std::string& convolution, const std::string& norm, const std::string& source)
{
    const torch::NoGradGuard frozen;
    const auto statistic = [&](const char* name) {
        return tensorNamed(tensors, norm + "." + name, { m_options.out }, source).to(torch::kFloat64);
    };
    const auto scale = statistic("weight") / (statistic("running_var") + kBatchNormEpsilon).sqrt();
    const auto weight = tensorNamed(tensors, convolution + ".weight", m_weight.sizes(), source).to(torch::kFloat64);
    m_weight.set_data(
        (weight * scale.view({ -1, 1, 1, 1 })).to(torch::kFloat32).contiguous(torch::MemoryFormat::ChannelsLast));
    m_bias.set_data((statistic("bias") - statistic("running_mean") * scale).to(torch::kFloat32));
    m_packed = {};
}

torch::Tensor ConvUnitImpl::forward(const torch::Tensor& x, const torch::Tensor& residual)
{
    const bool packable = !c10::GradMode::is_enabled() && x.device().is_cpu() && x.scalar_type() == torch::kFloat32
        && at::globalContext().userEnabledMkldnn() && at::hasMKLDNN();
    return packable ? forwardPacked(x, residual) : forwardPlain(x, residual);
}

torch::Tensor ConvUnitImpl::forwardPlain(const torch::Tensor& x, const torch::Tensor& residual) const
{
    const std::int64_t half = (m_options.kernel - 1) / 2;
    const bool lopsided = isLopsided(m_options.stride);
    // In front: half - 1 of stride 2's total of kernel - 2, and the rest behind.
    const auto padded = lopsided ? torch::constant_pad_nd(x, { half - 1, half, half - 1, half }) : x;
    auto y = torch::conv2d(
        padded, m_weight, m_bias, m_options.stride, lopsided ? 0 : half, 1, m_options.depthwise ? m_options.in : 1);
    if (m_options.relu6)
        y = torch::hardtanh_(y, 0, 6);
    return residual.defined() ? y + residual : y;
}

void ConvUnitImpl::pack(const torch::Tensor& x)
{
    const std::uint32_t version = m_weight.is_inference() ? 0 : m_weight._version();
    if (x.sizes() == torch::IntArrayRef(m_packed.inputShape) && m_packed.source == m_weight.data_ptr()
        && m_packed.version == version)
        return;
    const std::int64_t half = (m_options.kernel - 1) / 2;
    // A leading row and column of zeros turn lopsided padding into even padding, so that nothing is copied.
    const auto kernel = isLopsided(m_options.stride) ? torch::constant_pad_nd(m_weight, { 1, 0, 1, 0 }) : m_weight;
    const std::vector<std::int64_t> padding(2, half);
    const std::vector<std::int64_t> stride(2, m_options.stride);
    const std::vector<std::int64_t> dilation(2, 1);
    const std::int64_t groups = m_options.depthwise ? m_options.in : 1;
    m_packed.weight = callOperator("mkldnn::_reorder_convolution_weight", "",
        { kernel.contiguous(torch::MemoryFormat::ChannelsLast), padding, stride, dilation, groups, x.sizes().vec() });
    m_packed.inputShape = x.sizes().vec();
    m_packed.source = m_weight.data_ptr();
    m_packed.version = version;
}

torch::Tensor ConvUnitImpl::forwardPacked(const torch::Tensor& x, const torch::Tensor& residual)
{
    pack(x);
    const std::vector<std::int64_t> padding(2, (m_options.kernel - 1) / 2);
    const std::vector<std::int64_t> stride(2, m_options.stride);
    const std::vector<std::int64_t> dilation(2, 1);
    const std::int64_t groups = m_options.depthwise ? m_options.in : 1;
    c10::List<std::optional<at::Scalar>> scalars;
    if (residual.defined())
        return callOperator("mkldnn::_convolution_pointwise", "binary",
            { x, residual, m_packed.weight, m_bias, padding, stride, dilation, groups, "add", 1.0, c10::IValue(),
                scalars, c10::IValue() });
    if (m_options.relu6) {
        scalars.push_back(at::Scalar(0.0));
        scalars.push_back(at::Scalar(6.0));
    }
    return callOperator("mkldnn::_convolution_pointwise", "",
        { x, m_packed.weight, m_bias, padding, stride, dilation, groups, m_options.relu6 ? "hardtanh" : "none", scalars,
            "" });
}

EfficientNetLite2Impl::EfficientNetLite2Impl()
{
    m_stem = register_module(
        "stem", ConvUnit(ConvUnitImpl::Options { .in = 3, .out = kStemChannels, .kernel = 3, .stride = 2 }));
    std::int64_t channels = kStemChannels;
    for (int s = 0; s < static_cast<int>(std::size(kStages)); ++s) {
        const Stage& stage = kStages[s];
        for (int b = 0; b < stage.blocks; ++b) {
            Block block;
            const auto prefix = fmt::format("block{}_", m_blocks.size());
            const std::int64_t wide = channels * stage.expansion;
            const std::int64_t stride = b == 0 ? stage.stride : 1;
            if (stage.expansion != 1)
                block.expand = register_module(
                    prefix + "expand", ConvUnit(ConvUnitImpl::Options { .in = channels, .out = wide }));
            block.depthwise = register_module(prefix + "depthwise",
                ConvUnit(ConvUnitImpl::Options {
                    .in = wide, .out = wide, .kernel = stage.kernel, .stride = stride, .depthwise = true }));
            block.project = register_module(prefix + "project",
                ConvUnit(ConvUnitImpl::Options { .in = wide, .out = stage.channels, .relu6 = false }));
            block.residual = stride == 1 && channels == stage.channels;
            m_blocks.push_back(block);
            channels = stage.channels;
        }
        if (s == kLastStageOfStride16)
            m_stride16Blocks = m_blocks.size();
    }
    m_head = register_module("head", ConvUnit(ConvUnitImpl::Options { .in = channels, .out = kHeadChannels }));
}

void EfficientNetLite2Impl::load(const TensorMap& tensors, const std::string& source)
{
    m_stem->load(tensors, "_conv_stem", "_bn0", source);
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const auto prefix = fmt::format("_blocks.{}.", i);
        if (m_blocks[i].expand)
            m_blocks[i].expand->load(tensors, prefix + "_expand_conv", prefix + "_bn0", source);
        m_blocks[i].depthwise->load(tensors, prefix + "_depthwise_conv", prefix + "_bn1", source);
        m_blocks[i].project->load(tensors, prefix + "_project_conv", prefix + "_bn2", source);
    }
    m_head->load(tensors, "_conv_head", "_bn1", source);
}

torch::Tensor EfficientNetLite2Impl::throughBlocks(torch::Tensor x, std::size_t first, std::size_t last)
{
    for (std::size_t i = first; i < last; ++i) {
        Block& block = m_blocks[i];
        const auto input = x;
        if (block.expand)
            x = block.expand->forward(x);
        x = block.depthwise->forward(x);
        x = block.project->forward(x, block.residual ? input : torch::Tensor());
    }
    return x;
}

torch::Tensor EfficientNetLite2Impl::stride16(const torch::Tensor& x)
{
    return throughBlocks(m_stem->forward(x.contiguous(torch::MemoryFormat::ChannelsLast)), 0, m_stride16Blocks);
}

torch::Tensor EfficientNetLite2Impl::head(const torch::Tensor& stride16)
{
    return m_head->forward(throughBlocks(stride16, m_stride16Blocks, m_blocks.size()));
}

EfficientNetLite2Impl::Maps EfficientNetLite2Impl::forward(const torch::Tensor& x)
{
    const auto stride16 = this->stride16(x);
    return { stride16, head(stride16) };
}

void EfficientNetLite2Impl::setHeadTrainable(bool trainable)
{
    const auto set = [&](ConvUnit& unit) {
        if (unit)
            for (auto& parameter : unit->parameters())
                parameter.requires_grad_(trainable);
    };
    for (auto& parameter : parameters())
        parameter.requires_grad_(false);
    for (std::size_t i = m_stride16Blocks; i < m_blocks.size(); ++i)
        for (auto* unit : { &m_blocks[i].expand, &m_blocks[i].depthwise, &m_blocks[i].project })
            set(*unit);
    set(m_head);
}

} // namespace wordsight::nn
