#include "core/model/internal/teran_layers.h"

#include <cmath>

namespace wordsight::model {

namespace F = torch::nn::functional;

torch::Tensor unit(const torch::Tensor& x)
{
    return F::normalize(x.to(torch::kFloat), F::NormalizeFuncOptions().dim(-1).eps(1e-12));
}

torch::Tensor normaliseGroups(const torch::Tensor& x, const std::vector<std::int64_t>& groups, const std::string& rule, double scale)
{
    if (rule == "none")
        return x;
    std::vector<torch::Tensor> parts;
    for (const auto& part : x.split_with_sizes(groups, -1)) {
        auto values = part.to(torch::kFloat);
        if (rule == "sqrt-l2")
            values = values.sign() * values.abs().sqrt();
        parts.push_back(unit(values) * (scale > 0 ? scale : std::sqrt(double(part.size(-1)))));
    }
    return parts.size() == 1 ? parts.front() : torch::cat(parts, -1);
}

ProjectionImpl::ProjectionImpl(std::int64_t in, std::int64_t side, std::int64_t out, std::int64_t hidden, const std::string& kind, double dropout)
    : m_in(in), m_residual(kind == "residual"), m_dropout(dropout)
{
    if (hidden == 0)
        hidden = in;
    if (kind != "process")
        m_linear = register_module("linear", torch::nn::Linear(in + side, out));
    if (kind != "linear") {
        m_first = register_module("first", torch::nn::Linear(in + side, hidden));
        m_second = register_module("second", torch::nn::Linear(hidden, out));
    }
}

// Linear([x ⊕ side]) without copying x beside its side columns, which are the same for the whole batch.
torch::Tensor ProjectionImpl::enter(torch::nn::Linear& layer, const torch::Tensor& x, const torch::Tensor& side) const
{
    if (!side.defined())
        return layer->forward(x);
    const auto features = layer->weight.narrow(1, 0, m_in);
    const auto columns = layer->weight.narrow(1, m_in, layer->weight.size(1) - m_in);
    return torch::linear(x, features) + torch::linear(side, columns, layer->bias);
}

torch::Tensor ProjectionImpl::forward(const torch::Tensor& x, const torch::Tensor& side)
{
    const auto input = torch::dropout(x, m_dropout, is_training());
    if (!m_first)
        return enter(m_linear, input, side);
    const auto hidden = enter(m_first, input, side);
    if (!m_residual)
        return m_second->forward(torch::relu(hidden));
    return enter(m_linear, input, side) + m_second->forward(torch::dropout(torch::gelu(hidden), m_dropout, is_training()));
}

EncoderLayerImpl::EncoderLayerImpl(std::int64_t width, const PipelineOptions& options)
    : m_heads(options.heads), m_dropout(options.layerDropout), m_preNorm(options.preNorm), m_gelu(options.activation == "gelu")
{
    const auto attention = register_module("self_attn", std::make_shared<torch::nn::Module>());
    m_inWeight = attention->register_parameter("in_proj_weight", torch::empty({3 * width, width}));
    m_inBias = attention->register_parameter("in_proj_bias", torch::zeros({3 * width}));
    torch::nn::init::xavier_uniform_(m_inWeight);
    m_out = attention->register_module("out_proj", torch::nn::Linear(width, width));
    m_linear1 = register_module("linear1", torch::nn::Linear(width, options.feedForward));
    m_linear2 = register_module("linear2", torch::nn::Linear(options.feedForward, width));
    m_norm1 = register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
    m_norm2 = register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
}

torch::Tensor EncoderLayerImpl::attend(const torch::Tensor& x, const torch::Tensor& mask)
{
    const auto batch = x.size(0), length = x.size(1), width = x.size(2);
    const auto qkv = torch::linear(x, m_inWeight, m_inBias).view({batch, length, 3, m_heads, width / m_heads}).permute({2, 0, 3, 1, 4});
    std::optional<torch::Tensor> attended;
    if (mask.defined())
        attended = mask.unsqueeze(1).unsqueeze(1);
    const auto mixed = torch::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], attended, is_training() ? m_dropout : 0.0);
    return m_out->forward(mixed.transpose(1, 2).reshape({batch, length, width}));
}

torch::Tensor EncoderLayerImpl::feed(const torch::Tensor& x)
{
    const auto hidden = m_linear1->forward(x);
    return m_linear2->forward(drop(m_gelu ? torch::gelu(hidden) : torch::relu(hidden)));
}

torch::Tensor EncoderLayerImpl::forward(const torch::Tensor& x, const torch::Tensor& mask)
{
    if (m_preNorm) {
        const auto mixed = x + drop(attend(m_norm1->forward(x), mask));
        return mixed + drop(feed(m_norm2->forward(mixed)));
    }
    const auto mixed = m_norm1->forward(x + drop(attend(x, mask)));
    return m_norm2->forward(mixed + drop(feed(mixed)));
}

EncoderStackImpl::EncoderStackImpl(std::int64_t count, std::int64_t width, const PipelineOptions& options, bool gated)
{
    register_module("layers", m_layers);
    for (std::int64_t i = 0; i < count; ++i)
        m_layers->push_back(EncoderLayer(width, options));
    if (gated && count > 0)
        m_gate = register_parameter("gate", torch::full({}, 0.1));
}

torch::Tensor EncoderStackImpl::forward(const torch::Tensor& x, const torch::Tensor& mask)
{
    auto y = x;
    for (const auto& layer : *m_layers)
        y = layer->as<EncoderLayer>()->forward(y, mask);
    return m_gate.defined() ? x + m_gate * (y - x) : y;
}

} // namespace wordsight::model
