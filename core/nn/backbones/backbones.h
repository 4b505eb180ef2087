#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/box.h"
#include "core/image/image.h"
#include "core/nn/backbones/bert.h"
#include "core/nn/backbones/efficientnet_lite.h"
#include "core/nn/backbones/feature_options.h"
#include "core/nn/backbones/pixels.h"
#include "core/text/tokenizer.h"

namespace wordsight::nn {

/// What MiniLM says of a batch of sentences. W is at least 1, so that a batch of empty sentences has a shape.
struct WordFeatures {
    torch::Tensor words;    ///< [B,W,384 or 768] means over a word's pieces (FeatureOptions::words); 0 where masked
    torch::Tensor mask;     ///< [B,W] bool, true: a word
    torch::Tensor sentence; ///< [B,384] mean of the last hidden states (with words "static": of the embeddings) over
                            ///< all pieces, [CLS] and [SEP] among them; not normalised
    std::vector<text::Tokens> tokens; ///< [B]; their words are the W's, punctuation removed
};

/// The backbones: EfficientNet-Lite2 for photographs, all-MiniLM-L6-v2 for sentences. Frozen, so run without autograd,
/// but for what setTrainable() names.
/// Not thread-safe.
class Backbones {
public:
    /// `imageWeights`: the .pth, or empty for sentences alone; `textFolder`: holds model.safetensors and vocab.txt.
    /// Throws Error{ModelMismatch, UnreadableInput}.
    Backbones(const std::filesystem::path& imageWeights, const std::filesystem::path& textFolder,
        FeatureOptions options, torch::Device device);

    /// Stretched to inputSide², scaled to [0,1], normalised by ImageNet's mean and deviation.
    /// → [B,R,F] on the device, raw activations, regions row by row.
    torch::Tensor regionFeatures(std::span<const image::Image> images);
    /// The same in two steps: what the frozen part makes of photographs [B,120,side/16,side/16], channels-last, and the
    /// features from there on.
    torch::Tensor stride16Maps(std::span<const image::Image> images);
    torch::Tensor regionFeaturesAbove(const torch::Tensor& stride16);
    WordFeatures wordFeatures(std::span<const std::string> sentences);

    std::vector<Box> boxes() const; ///< [R] the grid; empty for sentences alone
    int regionDimension() const;
    int wordDimension() const;
    int sentenceDimension() const { return static_cast<int>(m_text->options().width); }
    const FeatureOptions& options() const { return m_options; }
    torch::Device device() const { return m_device; }
    void to(torch::Device device);
    /// Lets gradients flow to the image network above stride 16 and to the last layers of the text network.
    void setTrainable(bool imageHead, std::int64_t textLayers);
    /// By the names that begin their tensors' where a model folder holds weights of its own for them.
    std::map<std::string, std::shared_ptr<torch::nn::Module>> modules() const;
    const text::WordPieceTokenizer& tokenizer() const { return m_tokenizer; }

private:
    /// In batches that suit the device, without gradients.
    torch::Tensor inChunks(
        std::span<const image::Image> images, const std::function<torch::Tensor(const torch::Tensor&)>& above);
    torch::Tensor regionsOf(const EfficientNetLite2Impl::Maps& maps) const;

    FeatureOptions m_options;
    torch::Device m_device;
    PixelNormalizer m_pixels;
    bool m_trainable = false;
    EfficientNetLite2 m_image; ///< null for sentences alone
    Bert m_text;
    text::WordPieceTokenizer m_tokenizer;
};

} // namespace wordsight::nn
