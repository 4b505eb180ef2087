#include "core/nn/clip/clip.h"

namespace wordsight::nn {

ClipTextTowerImpl::ClipTextTowerImpl(const ClipOptions& options)
    : m_options(options)
    , m_tokens(nullptr)
    , m_positions(nullptr)
    , m_norm(clipAffine(*this, "final_layer_norm", { options.text.width }))
    , m_head(nullptr)
    , m_layers(clipLayers(*this, options.text))
{
    auto& embeddings = *register_module("embeddings", std::make_shared<ClipBranch>());
    m_tokens = clipAffine(embeddings, "token_embedding", { options.text.vocabulary, options.text.width }, false);
    m_positions = clipAffine(embeddings, "position_embedding", { options.text.positions, options.text.width }, false);
    if (options.siglip())
        m_head = clipAffine(*this, "head", { options.dimension, options.text.width });
}

torch::Tensor ClipTextTowerImpl::forward(const torch::Tensor& ids) const
{
    auto x = torch::embedding(m_tokens->weight, ids) + m_positions->weight.slice(0, 0, ids.size(1));
    for (const ClipLayer& layer : m_layers)
        x = layer->forward(x, !m_options.siglip());
    return m_norm->norm(x, m_options.text.normEpsilon);
}

torch::Tensor ClipTextTowerImpl::pooled(const torch::Tensor& ids, const torch::Tensor& states) const
{
    const auto pooling = m_options.text.pooling;
    torch::Tensor state;
    if (pooling == ClipTextPooling::Last) {
        state = states.select(1, -1);
    } else {
        const auto marked = pooling == ClipTextPooling::Highest ? ids : ids.eq(m_options.text.endId).to(torch::kInt32);
        const auto at = marked.argmax(1).view({ -1, 1, 1 }).expand({ -1, 1, states.size(2) }); // the first of equals
        state = states.gather(1, at).squeeze(1);
    }
    return m_head.is_empty() ? state : m_head->linear(state);
}

namespace {

/// exp(-distance² / (2 · 5²)) between patches, in patches; the class token is near to none (NACLIP, eq. 6).
torch::Tensor nearnessOf(const ClipOptions& options)
{
    constexpr double deviation = 5;
    const auto grid = options.vision.grid();
    const auto steps = torch::arange(grid, torch::kFloat32);
    const auto places = torch::stack(torch::meshgrid({ steps, steps }, "ij"), -1).view({ -1, 2 });
    const auto squared = (places.unsqueeze(1) - places.unsqueeze(0)).square().sum(-1);
    const auto near = torch::exp(squared / (-2 * deviation * deviation));
    return options.siglip() ? near : torch::constant_pad_nd(near, { 1, 0, 1, 0 });
}

} // namespace

ClipVisionTowerImpl::ClipVisionTowerImpl(const ClipOptions& options)
    : m_options(options)
    , m_patches(nullptr)
    , m_positions(nullptr)
    , m_before(nullptr)
    , m_after(clipAffine(*this, "post_layernorm", { options.vision.width }))
    , m_head(nullptr)
    , m_layers(clipLayers(*this, options.vision))
{
    const auto& vision = options.vision;
    auto& embeddings = *register_module("embeddings", std::make_shared<ClipBranch>());
    const auto tokens = vision.grid() * vision.grid() + (options.siglip() ? 0 : 1);
    m_patches
        = clipAffine(embeddings, "patch_embedding", { vision.width, 3, vision.patch, vision.patch }, options.siglip());
    m_positions = clipAffine(embeddings, "position_embedding", { tokens, vision.width }, false);
    if (options.regions == ClipRegions::Naclip)
        m_nearness = nearnessOf(options);
    if (options.siglip()) {
        m_head = register_module("head", SiglipHead(vision));
    } else {
        m_class = embeddings.register_parameter("class_embedding", torch::empty(vision.width));
        m_before = clipAffine(*this, "pre_layrnorm", { vision.width }); // spelled so in every checkpoint
    }
}

torch::Tensor ClipVisionTowerImpl::embed(const torch::Tensor& pixels) const
{
    const auto patch = m_options.vision.patch;
    auto x = torch::conv2d(pixels, m_patches->weight, m_patches->bias, { patch, patch }).flatten(2).transpose(1, 2);
    if (m_class.defined())
        x = torch::cat({ m_class.expand({ x.size(0), 1, -1 }), x }, 1);
    x = x + m_positions->weight;
    return m_before.is_empty() ? x : m_before->norm(x, m_options.vision.normEpsilon);
}

/// The last block's states for the patches, before the norm. `hidden` is what it gives by itself.
torch::Tensor ClipVisionTowerImpl::regions(const torch::Tensor& x, const torch::Tensor& hidden) const
{
    const ClipLayer& last = m_layers.back();
    const std::int64_t first = m_options.siglip() ? 0 : 1; // behind the class token
    if (m_options.regions == ClipRegions::SelfValue)
        return m_options.siglip() ? hidden : last->withoutMixing(x.slice(1, first));
    const bool byKeys = m_options.regions == ClipRegions::Naclip;
    return last->alike(x, byKeys, byKeys ? m_nearness.to(x.device()) : torch::Tensor()).slice(1, first);
}

ClipVisionTowerImpl::Output ClipVisionTowerImpl::forward(const torch::Tensor& pixels) const
{
    const auto normed = [&](const torch::Tensor& x) { return m_after->norm(x, m_options.vision.normEpsilon); };
    auto x = embed(pixels);
    for (std::size_t i = 0; i + 1 < m_layers.size(); ++i)
        x = m_layers[i]->forward(x, false);
    const auto hidden = m_layers.back()->forward(x, false);
    const auto states = regions(x, hidden);
    if (m_options.siglip()) {
        const auto whole = normed(hidden);
        const auto patches = states.is_same(hidden) ? whole : normed(states);
        return { whole, m_head->eachAlone(patches), m_head->forward(whole) };
    }
    return { hidden, normed(states), normed(hidden.select(1, 0)) };
}

ClipImpl::ClipImpl(const ClipOptions& options)
    : m_options(options)
    , m_text(register_module("text_model", ClipTextTower(options)))
    , m_vision(register_module("vision_model", ClipVisionTower(options)))
    , m_textProjection(nullptr)
    , m_visualProjection(nullptr)
{
    if (options.siglip())
        return;
    m_textProjection = clipAffine(*this, "text_projection", { options.dimension, options.text.width }, false);
    m_visualProjection = clipAffine(*this, "visual_projection", { options.dimension, options.vision.width }, false);
}

ClipImpl::Images ClipImpl::encodeImages(const torch::Tensor& pixels) const
{
    const auto output = m_vision->forward(pixels);
    if (m_visualProjection.is_empty())
        return { output.patches, output.pooled };
    return { m_visualProjection->linear(output.patches), m_visualProjection->linear(output.pooled) };
}

torch::Tensor ClipImpl::encodeTexts(const torch::Tensor& ids) const
{
    const auto pooled = m_text->pooled(ids, m_text->forward(ids));
    return m_textProjection.is_empty() ? pooled : m_textProjection->linear(pooled);
}

} // namespace wordsight::nn
