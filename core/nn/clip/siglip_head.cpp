#include "core/nn/clip/siglip_head.h"

namespace wordsight::nn {

SiglipHeadImpl::SiglipHeadImpl(const ClipTowerOptions& options)
    : m_options(options)
    , m_probe(register_parameter("probe", torch::empty({ 1, 1, options.width })))
    , m_out(nullptr)
    , m_norm(clipAffine(*this, "layernorm", { options.width }))
    , m_mlp(register_module("mlp", ClipMlp(options)))
{
    auto& attention = *register_module("attention", std::make_shared<ClipBranch>());
    m_inWeight = attention.register_parameter("in_proj_weight", torch::empty({ 3 * options.width, options.width }));
    m_inBias = attention.register_parameter("in_proj_bias", torch::empty(3 * options.width));
    m_out = clipAffine(attention, "out_proj", { options.width, options.width });
}

/// Query (0), key (1) or value (2).
torch::Tensor SiglipHeadImpl::project(const torch::Tensor& x, std::int64_t part) const
{
    const auto begin = part * m_options.width;
    return torch::linear(
        x, m_inWeight.slice(0, begin, begin + m_options.width), m_inBias.slice(0, begin, begin + m_options.width));
}

torch::Tensor SiglipHeadImpl::finish(const torch::Tensor& attended) const
{
    const auto x = m_out->linear(attended);
    return x + m_mlp->forward(m_norm->norm(x, m_options.normEpsilon));
}

torch::Tensor SiglipHeadImpl::forward(const torch::Tensor& patches) const
{
    const auto batch = patches.size(0);
    const auto split = [&](const torch::Tensor& x) {
        return x.view({ batch, x.size(1), m_options.heads, m_options.width / m_options.heads }).transpose(1, 2);
    };
    const auto attended
        = torch::scaled_dot_product_attention(split(project(m_probe.expand({ batch, 1, m_options.width }), 0)),
            split(project(patches, 1)), split(project(patches, 2)));
    return finish(attended.transpose(1, 2).reshape({ batch, m_options.width }));
}

torch::Tensor SiglipHeadImpl::eachAlone(const torch::Tensor& patches) const
{
    return finish(project(patches, 2));
}

} // namespace wordsight::nn
