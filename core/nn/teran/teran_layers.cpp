#include "core/nn/teran/teran_layers.h"

namespace wordsight::nn {

ProjectionImpl::ProjectionImpl(std::int64_t in, std::int64_t side, std::int64_t out, std::int64_t hidden,
    ProjectionKind kind, double dropout, bool sharedDropout)
    : m_in(in)
    , m_out(kind == ProjectionKind::Process ? 0 : out)
    , m_hidden(kind == ProjectionKind::Linear ? 0
              : hidden > 0                    ? hidden
                                              : in)
    , m_residual(kind == ProjectionKind::Residual)
    , m_dropout(dropout)
    , m_sharedDropout(sharedDropout)
{
    m_entry = register_module("entry", torch::nn::Linear(in + side, m_out + m_hidden));
    if (m_hidden > 0)
        m_second = register_module("second", torch::nn::Linear(m_hidden, out));
}

torch::Tensor ProjectionImpl::drop(const torch::Tensor& x) const
{
    if (!m_sharedDropout || !is_training() || m_dropout == 0)
        return torch::dropout(x, m_dropout, is_training());
    const auto kept = torch::rand({ x.size(0), 1, x.size(2) }, x.options().dtype(torch::kFloat)) >= m_dropout;
    return x * (kept / (1 - m_dropout));
}

torch::Tensor ProjectionImpl::forward(const torch::Tensor& x, const torch::Tensor& side)
{
    // Linear([x ⊕ side]) without copying x beside its side columns, which are the same for the whole batch.
    const auto features = m_entry->weight.narrow(1, 0, m_in);
    const auto offset = side.defined()
        ? torch::linear(side, m_entry->weight.narrow(1, m_in, m_entry->weight.size(1) - m_in), m_entry->bias)
        : m_entry->bias;
    const auto entered = torch::linear(drop(x), features) + offset;
    if (!m_second)
        return entered;
    if (!m_residual)
        return m_second->forward(torch::relu(entered));
    const auto parts = entered.split_with_sizes({ m_out, m_hidden }, -1);
    return parts[0] + m_second->forward(drop(torch::gelu(parts[1])));
}

EncoderLayerImpl::EncoderLayerImpl(std::int64_t width, const PipelineOptions& options)
    : m_heads(options.heads)
    , m_dropout(options.layerDropout)
    , m_preNorm(options.preNorm)
    , m_gelu(options.activation == LayerActivation::Gelu)
{
    const auto attention = register_module("self_attn", std::make_shared<torch::nn::Module>());
    m_inWeight = attention->register_parameter("in_proj_weight", torch::empty({ 3 * width, width }));
    m_inBias = attention->register_parameter("in_proj_bias", torch::zeros({ 3 * width }));
    torch::nn::init::xavier_uniform_(m_inWeight);
    m_out = attention->register_module("out_proj", torch::nn::Linear(width, width));
    m_linear1 = register_module("linear1", torch::nn::Linear(width, options.feedForward));
    m_linear2 = register_module("linear2", torch::nn::Linear(options.feedForward, width));
    m_norm1 = register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({ width })));
    m_norm2 = register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({ width })));
}

torch::Tensor EncoderLayerImpl::attend(const torch::Tensor& x, const torch::Tensor& mask)
{
    const auto batch = x.size(0), length = x.size(1), width = x.size(2);
    const auto qkv = torch::linear(x, m_inWeight, m_inBias)
                         .view({ batch, length, 3, m_heads, width / m_heads })
                         .permute({ 2, 0, 3, 1, 4 });
    std::optional<torch::Tensor> attended;
    if (mask.defined())
        attended = mask.unsqueeze(1).unsqueeze(1);
    const auto mixed
        = torch::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], attended, is_training() ? m_dropout : 0.0);
    return m_out->forward(mixed.transpose(1, 2).reshape({ batch, length, width }));
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

} // namespace wordsight::nn
