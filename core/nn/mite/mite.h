#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>
#include <torch/torch.h>

#include "core/nn/shared/feature_norm.h"

namespace wordsight::nn {

/// MITE (Liu et al., ACM TOMM 2019). Dimensions of the inputs come from the backbones.
struct MiteOptions {
    std::int64_t imageDimension = 1280;         ///< of the pooled features of a photograph
    std::int64_t wordDimension = 384;           ///< of a word's embedding
    std::int64_t dimension = 512;               ///< of the joint space
    std::int64_t hidden = 512;                  ///< of the GRU
    bool bidirectional = false;                 ///< the mean of a GRU from either end
    FeatureNorm regionNorm = FeatureNorm::None; ///< of a region's features before they are averaged
    FeatureNorm imageNorm = FeatureNorm::L2;    ///< of their average
    double imageDropout = 0;                    ///< on the image features
    double wordDropout = 0;                     ///< on word embeddings, whole words at a time
    double stateDropout = 0;                    ///< on the GRU's state

    /// Strict: unknown keys and impossible values are refused by name with Error{Usage}; `where` begins the message.
    static MiteOptions fromJson(const nlohmann::json& object, const std::string& where);
    nlohmann::json toJson() const;
    void check(const std::string& where) const;
};

template <class Fields> void describe(Fields& f, MiteOptions& o)
{
    f("imageDimension", o.imageDimension);
    f("wordDimension", o.wordDimension);
    f("dimension", o.dimension);
    f("hidden", o.hidden);
    f("bidirectional", o.bidirectional);
    f("regionNorm", o.regionNorm);
    f("imageNorm", o.imageNorm);
    f("imageDropout", o.imageDropout);
    f("wordDropout", o.wordDropout);
    f("stateDropout", o.stateDropout);
}

/// One vector per photograph and one per sentence in a joint space (section 3.1): pooled image features → FC; word
/// embeddings → GRU → FC; both L2-normalised. Whatever makes the two clouds alike is
/// training's: the network is the same with and without. Not thread-safe while training; in eval mode
/// the encode functions only read.
struct MiteImpl : torch::nn::Module {
    explicit MiteImpl(const MiteOptions& options);
    const MiteOptions& options() const { return m_options; }

    /// Region features [B, R, imageDimension] as the backbone gives them → their average [B, imageDimension], which a
    /// cache can hold: nothing here is learnt.
    torch::Tensor pool(const torch::Tensor& regions) const;
    /// features [B, imageDimension] of pool() → [B, D]
    torch::Tensor encodeImages(const torch::Tensor& features);
    /// words [B, W, wordDimension], mask [B, W] bool, W ≥ 1 → [B, D]; zeros for a sentence without words.
    torch::Tensor encodeTexts(const torch::Tensor& words, const torch::Tensor& mask);

private:
    /// The state after the last word of each sentence, the words read forwards or backwards. [B, hidden]
    torch::Tensor read(torch::nn::GRU& gru, const torch::Tensor& words, const torch::Tensor& lengths, bool backwards);

    MiteOptions m_options;
    torch::nn::Linear m_image { nullptr }, m_text { nullptr };
    torch::nn::GRU m_forwards { nullptr }, m_backwards { nullptr };
};
TORCH_MODULE(Mite);

} // namespace wordsight::nn
