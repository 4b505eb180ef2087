#pragma once

#include <string>
#include <vector>

#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

struct BertOptions {
    std::int64_t vocabulary = 30522;
    std::int64_t positions = 512;
    std::int64_t width = 384;
    std::int64_t layers = 6;
    std::int64_t heads = 12;
    std::int64_t feedForward = 1536;
};

/// BERT's encoder (Devlin et al. 2019): post-norm, exact GELU, LayerNorm epsilon 1e-12. The defaults are MiniLM-L6's.
/// Parameter names are the checkpoint's keys; there is no pooler. Dropout is left out: it is used frozen.
class BertImpl : public torch::nn::Module {
public:
    explicit BertImpl(const BertOptions& options = {});

    /// ids [B,T] int64, mask [B,T] bool (true: a piece, false: padding); undefined: no padding.
    /// → last hidden states [B,T,width]. What stands at padding means nothing. T ≤ positions.
    torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& mask = {});

    /// The embeddings and the states after each layer: layers + 1 tensors [B,T,width], the last is forward()'s.
    std::vector<torch::Tensor> hiddenStates(const torch::Tensor& ids, const torch::Tensor& mask = {}) const;

    /// ids [B,T] int64 → [B,T,width]: the word embeddings, L2-normalised, before any context.
    torch::Tensor unitEmbeddings(const torch::Tensor& ids) const;

    /// Lets gradients flow to the last so many layers, and to nothing below them.
    void setTrainable(std::int64_t lastLayers);

    const BertOptions& options() const { return m_options; }

private:
    struct Affine {
        torch::Tensor weight;
        torch::Tensor bias;
    };
    struct Layer {
        Affine query, key, value, attention, attentionNorm, up, down, norm;
    };

    /// Registers `path`.weight and .bias, one submodule a dot.
    Affine affine(const std::string& path, torch::IntArrayRef weightShape);
    torch::Tensor embed(const torch::Tensor& ids) const;
    torch::Tensor apply(const Layer& layer, const torch::Tensor& x, const torch::Tensor& mask) const;
    torch::Tensor attend(const Layer& layer, const torch::Tensor& x, const torch::Tensor& mask) const;
    torch::Tensor normalize(const torch::Tensor& x, const Affine& norm) const;

    BertOptions m_options;
    torch::Tensor m_words;
    torch::Tensor m_positions;
    torch::Tensor m_types;
    Affine m_embeddingNorm;
    std::vector<Layer> m_layers;
};
TORCH_MODULE(Bert);

} // namespace wordsight::nn
