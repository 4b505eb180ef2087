#include "core/nn/clip/clip_layers.h"

namespace wordsight::nn {

ClipAffineImpl::ClipAffineImpl(torch::IntArrayRef shape, bool withBias)
    : weight(register_parameter("weight", torch::empty(shape)))
{
    if (withBias)
        bias = register_parameter("bias", torch::empty(shape[0]));
}

torch::Tensor ClipAffineImpl::linear(const torch::Tensor& x) const
{
    return torch::linear(x, weight, bias);
}

torch::Tensor ClipAffineImpl::norm(const torch::Tensor& x, double epsilon) const
{
    return torch::layer_norm(x, weight.sizes(), weight, bias, epsilon);
}

ClipAffine clipAffine(torch::nn::Module& at, const char* name, torch::IntArrayRef shape, bool bias)
{
    return at.register_module(name, ClipAffine(shape, bias));
}

ClipMlpImpl::ClipMlpImpl(const ClipTowerOptions& options)
    : m_activation(options.activation)
    , m_up(clipAffine(*this, "fc1", { options.feedForward, options.width }))
    , m_down(clipAffine(*this, "fc2", { options.width, options.feedForward }))
{
}

torch::Tensor ClipMlpImpl::forward(const torch::Tensor& x) const
{
    auto up = m_up->linear(x);
    if (m_activation == ClipActivation::QuickGelu)
        up = up * torch::sigmoid(1.702 * up);
    else
        up = torch::gelu(up, m_activation == ClipActivation::Gelu ? "none" : "tanh");
    return m_down->linear(up);
}

ClipLayerImpl::ClipLayerImpl(const ClipTowerOptions& options)
    : m_options(options)
    , m_query(nullptr)
    , m_key(nullptr)
    , m_value(nullptr)
    , m_out(nullptr)
    , m_attentionNorm(clipAffine(*this, "layer_norm1", { options.width }))
    , m_mlpNorm(clipAffine(*this, "layer_norm2", { options.width }))
    , m_mlp(register_module("mlp", ClipMlp(options)))
{
    auto& attention = *register_module("self_attn", std::make_shared<ClipBranch>());
    const auto square = { options.width, options.width };
    m_query = clipAffine(attention, "q_proj", square);
    m_key = clipAffine(attention, "k_proj", square);
    m_value = clipAffine(attention, "v_proj", square);
    m_out = clipAffine(attention, "out_proj", square);
}

torch::Tensor ClipLayerImpl::finish(const torch::Tensor& x, const torch::Tensor& attended) const
{
    const auto mixed = x + m_out->linear(attended);
    return mixed + m_mlp->forward(m_mlpNorm->norm(mixed, m_options.normEpsilon));
}

/// [B,T,width] → [B,heads,T,width of a head].
torch::Tensor ClipLayerImpl::heads(const torch::Tensor& x) const
{
    return x.view({ x.size(0), x.size(1), m_options.heads, m_options.width / m_options.heads }).transpose(1, 2);
}

torch::Tensor ClipLayerImpl::forward(const torch::Tensor& x, bool causal) const
{
    const auto normed = m_attentionNorm->norm(x, m_options.normEpsilon);
    const auto split = [&](const ClipAffine& projection) { return heads(projection->linear(normed)); };
    const auto attended
        = torch::scaled_dot_product_attention(split(m_query), split(m_key), split(m_value), std::nullopt, 0.0, causal);
    return finish(x, attended.transpose(1, 2).reshape(x.sizes()));
}

torch::Tensor ClipLayerImpl::alike(const torch::Tensor& x, bool byKeys, const torch::Tensor& nearness) const
{
    const auto normed = m_attentionNorm->norm(x, m_options.normEpsilon);
    const auto similar = heads((byKeys ? m_key : m_query)->linear(normed));
    const auto mask = nearness.defined() ? std::optional(nearness) : std::nullopt;
    const auto attended = torch::scaled_dot_product_attention(similar, similar, heads(m_value->linear(normed)), mask);
    return m_out->linear(attended.transpose(1, 2).reshape(x.sizes()));
}

torch::Tensor ClipLayerImpl::withoutMixing(const torch::Tensor& x) const
{
    return finish(x, m_value->linear(m_attentionNorm->norm(x, m_options.normEpsilon)));
}

std::vector<ClipLayer> clipLayers(torch::nn::Module& tower, const ClipTowerOptions& options)
{
    auto& encoder = *tower.register_module("encoder", std::make_shared<ClipBranch>());
    auto& list = *encoder.register_module("layers", std::make_shared<ClipBranch>());
    std::vector<ClipLayer> layers;
    for (std::int64_t i = 0; i < options.layers; ++i)
        layers.push_back(list.register_module(std::to_string(i), ClipLayer(options)));
    return layers;
}

} // namespace wordsight::nn
