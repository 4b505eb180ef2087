#include "core/nn/backbones/bert.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

namespace wordsight::nn {
namespace {

constexpr double kBertNormEpsilon = 1e-12;

/// A name in a module tree: holds what is registered in it and computes nothing.
struct Branch : torch::nn::Module { };

/// The module that `path` (dots between names) leads to from `root`, made where it is not there yet.
torch::nn::Module& branch(torch::nn::Module& root, const std::string& path)
{
    torch::nn::Module* at = &root;
    std::istringstream names(path);
    for (std::string name; std::getline(names, name, '.');) {
        const auto children = at->named_children();
        const auto* known = children.find(name);
        at = known != nullptr ? known->get() : at->register_module(name, std::make_shared<Branch>()).get();
    }
    return *at;
}

} // namespace

BertImpl::Affine BertImpl::affine(const std::string& path, torch::IntArrayRef weightShape)
{
    auto& place = branch(*this, path);
    return { place.register_parameter("weight", torch::empty(weightShape)),
        place.register_parameter("bias", torch::empty(weightShape[0])) };
}

BertImpl::BertImpl(const BertOptions& options)
    : m_options(options)
{
    const auto width = options.width;
    const auto table = [&](const char* name, std::int64_t rows) {
        return branch(*this, fmt::format("embeddings.{}", name))
            .register_parameter("weight", torch::empty({ rows, width }));
    };
    m_words = table("word_embeddings", options.vocabulary);
    m_positions = table("position_embeddings", options.positions);
    m_types = table("token_type_embeddings", 2);
    m_embeddingNorm = affine("embeddings.LayerNorm", { width });
    for (std::int64_t i = 0; i < options.layers; ++i) {
        const auto at = [&](const char* name, torch::IntArrayRef shape) {
            return affine(fmt::format("encoder.layer.{}.{}", i, name), shape);
        };
        m_layers.push_back({ .query = at("attention.self.query", { width, width }),
            .key = at("attention.self.key", { width, width }),
            .value = at("attention.self.value", { width, width }),
            .attention = at("attention.output.dense", { width, width }),
            .attentionNorm = at("attention.output.LayerNorm", { width }),
            .up = at("intermediate.dense", { options.feedForward, width }),
            .down = at("output.dense", { width, options.feedForward }),
            .norm = at("output.LayerNorm", { width }) });
    }
}

torch::Tensor BertImpl::normalize(const torch::Tensor& x, const Affine& norm) const
{
    return torch::layer_norm(x, { m_options.width }, norm.weight, norm.bias, kBertNormEpsilon);
}

torch::Tensor BertImpl::attend(const Layer& layer, const torch::Tensor& x, const torch::Tensor& mask) const
{
    const auto batch = x.size(0);
    const auto length = x.size(1);
    const auto split = [&](const Affine& projection) {
        return torch::linear(x, projection.weight, projection.bias)
            .view({ batch, length, m_options.heads, m_options.width / m_options.heads })
            .transpose(1, 2);
    };
    const auto attended = torch::scaled_dot_product_attention(split(layer.query), split(layer.key), split(layer.value),
        mask.defined() ? std::optional(mask.view({ batch, 1, 1, length })) : std::nullopt);
    return torch::linear(attended.transpose(1, 2).reshape({ batch, length, m_options.width }), layer.attention.weight,
        layer.attention.bias);
}

torch::Tensor BertImpl::unitEmbeddings(const torch::Tensor& ids) const
{
    return torch::nn::functional::normalize(
        torch::embedding(m_words, ids), torch::nn::functional::NormalizeFuncOptions().dim(-1));
}

void BertImpl::setTrainable(std::int64_t lastLayers)
{
    for (auto& parameter : parameters())
        parameter.requires_grad_(false);
    const auto count = static_cast<std::int64_t>(m_layers.size());
    for (std::int64_t i = std::max<std::int64_t>(0, count - lastLayers); i < count; ++i)
        for (auto* affine : { &m_layers[i].query, &m_layers[i].key, &m_layers[i].value, &m_layers[i].attention,
                 &m_layers[i].attentionNorm, &m_layers[i].up, &m_layers[i].down, &m_layers[i].norm }) {
            affine->weight.requires_grad_(true);
            affine->bias.requires_grad_(true);
        }
}

torch::Tensor BertImpl::embed(const torch::Tensor& ids) const
{
    return normalize(
        torch::embedding(m_words, ids) + m_positions.slice(0, 0, ids.size(1)) + m_types[0], m_embeddingNorm);
}

torch::Tensor BertImpl::apply(const Layer& layer, const torch::Tensor& x, const torch::Tensor& mask) const
{
    const auto mixed = normalize(x + attend(layer, x, mask), layer.attentionNorm);
    const auto up = torch::gelu(torch::linear(mixed, layer.up.weight, layer.up.bias));
    return normalize(mixed + torch::linear(up, layer.down.weight, layer.down.bias), layer.norm);
}

torch::Tensor BertImpl::forward(const torch::Tensor& ids, const torch::Tensor& mask)
{
    auto x = embed(ids);
    for (const Layer& layer : m_layers)
        x = apply(layer, x, mask);
    return x;
}

std::vector<torch::Tensor> BertImpl::hiddenStates(const torch::Tensor& ids, const torch::Tensor& mask) const
{
    std::vector<torch::Tensor> states { embed(ids) };
    for (const Layer& layer : m_layers)
        states.push_back(apply(layer, states.back(), mask));
    return states;
}

} // namespace wordsight::nn
