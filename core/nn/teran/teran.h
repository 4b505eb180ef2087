#pragma once

#include <torch/torch.h>

#include "core/nn/shared/batched_pooling.h"
#include "core/nn/teran/teran_layers.h"
#include "core/nn/teran/teran_options.h"

namespace wordsight::nn {

/// TERAN: two pipelines that never meet before the alignment matrix A[r,w] = region_r · word_w, so that photographs can
/// be indexed without knowing any query (Messina et al. 2021, section 3; options in teran_options.h). Not thread-safe
/// while training; in eval mode the encode functions only read.
struct TeranImpl : torch::nn::Module {
    struct ImageOutput {
        torch::Tensor regions; ///< [B, R, D] L2-normalised; where masked, the photograph's first: no maximum sees those
        torch::Tensor global;  ///< [B, D] L2-normalised; undefined where the options say "none"
    };
    /// Weights are 1 on average over a sentence; baselines are undefined where not learnt.
    struct TextOutput : WordVectors {
        torch::Tensor global; ///< [B, D] L2-normalised; undefined where the options say "none"
    };

    explicit TeranImpl(const TeranOptions& options);
    const TeranOptions& options() const { return m_options; }

    /// features [B, R, Σ regionGroups] as the backbone gives them, boxes [R, 5] or [B, R, 5] as regionBoxes() makes
    /// them; mask [B, R] bool: the regions that there are, the first always (undefined: all).
    ImageOutput encodeImages(const torch::Tensor& features, const torch::Tensor& boxes, const torch::Tensor& mask = {});
    /// words [B, W, Σ wordGroups], mask [B, W] bool, sentence [B, sentenceDimension]; W ≥ 1, a sentence may have no
    /// word.
    TextOutput encodeTexts(const torch::Tensor& words, const torch::Tensor& mask, const torch::Tensor& sentence);

    /// The parameter-free first step of encodeImages, which a feature cache can hold, and the rest of it.
    torch::Tensor prepareRegions(const torch::Tensor& features) const;
    ImageOutput encodePrepared(
        const torch::Tensor& prepared, const torch::Tensor& boxes, const torch::Tensor& mask = {});

private:
    torch::Tensor imageGlobal(const torch::Tensor& prepared, const torch::Tensor& sequence,
        const torch::Tensor& regions, const torch::Tensor& mask);
    torch::Tensor textGlobal(const torch::Tensor& inputs, const torch::Tensor& sequence, const TextOutput& output,
        const torch::Tensor& mask, const torch::Tensor& sentence);
    torch::Tensor wordWeights(const torch::Tensor& inputs, const torch::Tensor& mask);

    TeranOptions m_options;
    Projection m_imageProjection { nullptr }, m_textProjection { nullptr }, m_imageGlobal { nullptr },
        m_textGlobal { nullptr };
    EncoderStack m_imageLayers { nullptr }, m_textLayers { nullptr }, m_imageJoint { nullptr }, m_textJoint { nullptr };
    torch::nn::Linear m_imageOut { nullptr }, m_textOut { nullptr }, m_sentenceSlot { nullptr }, m_salience { nullptr },
        m_baseline { nullptr };
    torch::nn::Linear m_imageAttention { nullptr }, m_textAttention { nullptr };
};
TORCH_MODULE(Teran);

} // namespace wordsight::nn
