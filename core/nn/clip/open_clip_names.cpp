#include "core/nn/clip/open_clip_names.h"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/base/error.h"

namespace wordsight::nn {
namespace {

using Renaming = std::pair<std::string_view, std::string_view>;

/// Beginnings of names outside the layers: OpenCLIP's own towers, then timm's vision tower.
constexpr auto kOutside = std::to_array<Renaming>({
    { "visual.class_embedding", "vision_model.embeddings.class_embedding" },
    { "visual.positional_embedding", "vision_model.embeddings.position_embedding.weight" },
    { "visual.conv1.", "vision_model.embeddings.patch_embedding." },
    { "visual.ln_pre.", "vision_model.pre_layrnorm." },
    { "visual.ln_post.", "vision_model.post_layernorm." },
    { "visual.trunk.patch_embed.proj.", "vision_model.embeddings.patch_embedding." },
    { "visual.trunk.pos_embed", "vision_model.embeddings.position_embedding.weight" },
    { "visual.trunk.norm.", "vision_model.post_layernorm." },
    { "visual.trunk.attn_pool.latent", "vision_model.head.probe" },
    { "visual.trunk.attn_pool.proj.", "vision_model.head.attention.out_proj." },
    { "visual.trunk.attn_pool.norm.", "vision_model.head.layernorm." },
    { "visual.trunk.attn_pool.mlp.", "vision_model.head.mlp." },
    { "token_embedding.", "text_model.embeddings.token_embedding." },
    { "positional_embedding", "text_model.embeddings.position_embedding.weight" },
    { "ln_final.", "text_model.final_layer_norm." },
    { "text_projection.", "text_model.head." },
    { "logit_", "logit_" },
});

constexpr auto kInsideLayers = std::to_array<Renaming>({
    { "ln_1.", "layer_norm1." },
    { "ln_2.", "layer_norm2." },
    { "norm1.", "layer_norm1." },
    { "norm2.", "layer_norm2." },
    { "mlp.c_fc.", "mlp.fc1." },
    { "mlp.c_proj.", "mlp.fc2." },
    { "mlp.", "mlp." },
    { "attn.out_proj.", "self_attn.out_proj." },
    { "attn.proj.", "self_attn.out_proj." },
});

constexpr auto kLayers = std::to_array<Renaming>({
    { "visual.transformer.resblocks.", "vision_model.encoder.layers." },
    { "visual.trunk.blocks.", "vision_model.encoder.layers." },
    { "transformer.resblocks.", "text_model.encoder.layers." },
});

template <class Table> std::optional<std::string> renamed(std::string_view name, const Table& table)
{
    for (const auto& [from, to] : table)
        if (name.starts_with(from))
            return std::string(to).append(name.substr(from.size()));
    return std::nullopt;
}

class Renamer {
public:
    explicit Renamer(const std::string& source)
        : m_source(source)
    {
    }

    void take(std::string_view name, const torch::Tensor& tensor)
    {
        if (name.starts_with("text."))
            name.remove_prefix(5);
        for (const auto& [from, to] : kLayers)
            if (name.starts_with(from)) {
                const std::string_view rest = name.substr(from.size());
                const auto dot = rest.find('.');
                if (dot != std::string_view::npos)
                    takeInLayer(fmt::format("{}{}.", to, rest.substr(0, dot)), rest.substr(dot + 1), tensor);
                return;
            }
        if (name == "visual.proj")
            m_tensors["visual_projection.weight"] = tensor.t().contiguous();
        else if (name == "text_projection")
            m_tensors["text_projection.weight"] = tensor.t().contiguous();
        else if (name == "visual.trunk.pos_embed")
            m_tensors["vision_model.embeddings.position_embedding.weight"] = tensor.squeeze(0);
        else if (name.starts_with("visual.trunk.attn_pool.q.") || name.starts_with("visual.trunk.attn_pool.kv."))
            m_pool[std::string(name)] = tensor;
        else if (auto other = renamed(name, kOutside))
            m_tensors[*other] = tensor;
    }

    TensorMap finish()
    {
        for (const char* kind : { "weight", "bias" }) {
            const auto query = m_pool.find(fmt::format("visual.trunk.attn_pool.q.{}", kind));
            const auto others = m_pool.find(fmt::format("visual.trunk.attn_pool.kv.{}", kind));
            if (query != m_pool.end() && others != m_pool.end())
                m_tensors[fmt::format("vision_model.head.attention.in_proj_{}", kind)]
                    = torch::cat({ query->second, others->second });
        }
        return std::move(m_tensors);
    }

private:
    void takeInLayer(const std::string& layer, std::string_view name, const torch::Tensor& tensor)
    {
        for (const auto& [from, kind] : std::to_array<Renaming>({ { "attn.in_proj_weight", "weight" },
                 { "attn.in_proj_bias", "bias" }, { "attn.qkv.weight", "weight" }, { "attn.qkv.bias", "bias" } }))
            if (name == from) {
                if (tensor.dim() < 1 || tensor.size(0) % 3 != 0)
                    throw Error(ErrorKind::ModelMismatch,
                        fmt::format("{}: {}{} holds no query, key and value of one size.", m_source, layer, name));
                const auto parts = tensor.chunk(3);
                for (std::size_t i = 0; const char* part : { "q", "k", "v" })
                    m_tensors[fmt::format("{}self_attn.{}_proj.{}", layer, part, kind)] = parts[i++].contiguous();
                return;
            }
        if (const auto other = renamed(name, kInsideLayers))
            m_tensors[layer + *other] = tensor;
    }

    const std::string& m_source;
    TensorMap m_tensors;
    TensorMap m_pool; ///< parts of the pooling head that make one tensor
};

} // namespace

TensorMap fromOpenClipNames(const TensorMap& tensors, const std::string& source)
{
    Renamer renamer(source);
    for (const auto& [name, tensor] : tensors)
        renamer.take(name, tensor);
    return renamer.finish();
}

} // namespace wordsight::nn
