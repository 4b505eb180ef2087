#pragma once

#include "core/nn/clip/clip_layers.h"
#include "core/nn/clip/siglip_head.h"

namespace wordsight::nn {

/// Sentences: tables of tokens and positions, transformer, norm (and SigLIP's `head`).
class ClipTextTowerImpl : public torch::nn::Module {
public:
    explicit ClipTextTowerImpl(const ClipOptions& options);

    /// ids [B,T] int64 → last hidden states [B,T,width], normed. CLIP: what stands behind the end of a sentence changes
    /// nothing before it. SigLIP: T is the number of positions, filled up with the end's id, as it was trained.
    torch::Tensor forward(const torch::Tensor& ids) const;
    /// → [B,width] the state that stands for each sentence; SigLIP: after the head, [B,D].
    torch::Tensor pooled(const torch::Tensor& ids, const torch::Tensor& states) const;

private:
    ClipOptions m_options;
    ClipAffine m_tokens, m_positions, m_norm, m_head;
    std::vector<ClipLayer> m_layers;
};
TORCH_MODULE(ClipTextTower);

/// Photographs as patches, with CLIP's class token in front.
class ClipVisionTowerImpl : public torch::nn::Module {
public:
    explicit ClipVisionTowerImpl(const ClipOptions& options);

    struct Output {
        torch::Tensor hidden;  ///< [B,tokens,width] as the reference's last_hidden_state (SigLIP: normed)
        torch::Tensor patches; ///< [B,P,width] each for itself, normed, on the way to the joint space
        torch::Tensor pooled;  ///< [B,width] the photograph
    };
    /// Normalised pixels [B,3,side,side].
    Output forward(const torch::Tensor& pixels) const;

private:
    torch::Tensor embed(const torch::Tensor& pixels) const;
    torch::Tensor regions(const torch::Tensor& x, const torch::Tensor& hidden) const;

    ClipOptions m_options;
    torch::Tensor m_class, m_nearness;
    ClipAffine m_patches, m_positions, m_before, m_after;
    SiglipHead m_head;
    std::vector<ClipLayer> m_layers;
};
TORCH_MODULE(ClipVisionTower);

/// Both towers and the projections into the joint space. Parameter names are the keys of the published checkpoints.
///
/// Patches get into the joint space by the way that the pooled vector takes, without the mixing of its attention,
/// because raw last states are mixed over the whole photograph and localise badly: the last layer computes what
/// ClipRegions says, then norm and projection follow as for the class token; in SigLIP the pooling head attends to one
/// patch alone, which is the same idea where the pooling is an attention. Used frozen; not thread-safe.
class ClipImpl : public torch::nn::Module {
public:
    explicit ClipImpl(const ClipOptions& options);

    struct Images {
        torch::Tensor patches; ///< [B,P,D], row by row
        torch::Tensor global;  ///< [B,D] the reference's get_image_features
    };
    Images encodeImages(const torch::Tensor& pixels) const;
    torch::Tensor encodeTexts(const torch::Tensor& ids) const; ///< [B,T] → [B,D], the reference's get_text_features

    const ClipOptions& options() const { return m_options; }
    const ClipTextTowerImpl& text() const { return *m_text; }
    const ClipVisionTowerImpl& vision() const { return *m_vision; }

private:
    ClipOptions m_options;
    ClipTextTower m_text;
    ClipVisionTower m_vision;
    ClipAffine m_textProjection, m_visualProjection;
};
TORCH_MODULE(Clip);

} // namespace wordsight::nn
