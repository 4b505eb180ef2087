#pragma once

#include <functional>
#include <string>

#include <torch/torch.h>

#include "core/nn/backbones/bert.h"
#include "core/nn/teran/teran_layers.h"
#include "core/nn/teran2021/teran2021_options.h"

namespace wordsight::nn {

/// Sizes that the authors' evaluation pads to, global slot, [CLS] and [SEP] counted.
inline constexpr std::int64_t kImageSlots2021 = 37;
inline constexpr std::int64_t kTextSlots2021 = 88;
/// Of a text, what takes no part: [CLS], the last word piece and [SEP].
inline constexpr std::int64_t kSpecialPieces2021 = 3;

/// How a sequence becomes one vector. Parameters have the published names.
struct Aggregation2021Impl : torch::nn::Module {
    Aggregation2021Impl(std::int64_t width, SetAggregation kind);
    /// sequence [B, S, width], present [B, S] bool, lengths [B] int64 → [B, width]
    torch::Tensor forward(const torch::Tensor& sequence, const torch::Tensor& present, const torch::Tensor& lengths);
    /// The sums clear what stands at padding, and with it the set that the alignment sees.
    bool clearsPadding() const { return m_kind == SetAggregation::Sum || m_kind == SetAggregation::SumAndMap; }

private:
    SetAggregation m_kind;
    torch::nn::Sequential m_gate { nullptr }, m_node { nullptr }, m_map { nullptr };
    torch::nn::GRU m_gru { nullptr };
};
TORCH_MODULE(Aggregation2021);

/// TERAN with the layers, the parameter names (below "img_txt_enc.") and the conventions of the authors' code, so that
/// published checkpoints can be read and their numbers met (Messina et al. 2021; ours is teran.h). Position 0 of a
/// sequence is its global slot: an all-zero region, [CLS]. Not thread-safe while training.
struct Teran2021Impl : torch::nn::Module {
    struct Output {
        torch::Tensor set;    ///< [B, S, D] every position L2-normalised, padding included; means nothing there
        torch::Tensor global; ///< [B, D] L2-normalised
    };
    /// Is told every result on the way by the name it goes under in the authors' modules ("img_proj", ...).
    using Observer = std::function<void(const std::string& name, const torch::Tensor& value)>;

    explicit Teran2021Impl(const Teran2021Options& options);
    const Teran2021Options& options() const { return m_options; }

    /// features [B, 1 + R, F] with zeros in slot 0, corners [B, 1 + R, 4] as fractions x1, y1, x2, y2 (not looked at
    /// where the options say no boxes), lengths [B] int64, slot 0 counted.
    Output encodeImages(const torch::Tensor& features, const torch::Tensor& corners, const torch::Tensor& lengths,
        const Observer& observer = {});
    /// ids [B, S] int64 with [CLS] and [SEP], lengths [B] int64, both counted.
    Output encodeTexts(const torch::Tensor& ids, const torch::Tensor& lengths, const Observer& observer = {});

private:
    torch::Tensor addBoxes(const torch::Tensor& features, const torch::Tensor& corners);
    torch::Tensor run(EncoderStack& stack, torch::Tensor x, const torch::Tensor& present, const std::string& name,
        const Observer& observer);
    /// What the authors' encoders give beside their states and nothing uses, though checkpoints have its weights.
    void tellMean(const torch::Tensor& x, torch::nn::Linear& map, const char* name, const Observer& observer);
    Output finish(torch::Tensor sequence, Aggregation2021& aggregation, const torch::Tensor& present,
        const torch::Tensor& lengths, const std::string& side, const Observer& observer);

    Teran2021Options m_options;
    Bert m_bert { nullptr };
    EncoderStack m_imageLayers { nullptr }, m_textLayers { nullptr }, m_textJoint { nullptr }, m_imageJoint { nullptr };
    torch::nn::Linear m_imageProjection { nullptr }, m_textProjection { nullptr }, m_imageMean { nullptr },
        m_textMean { nullptr };
    torch::nn::Linear m_boxSum { nullptr };
    torch::nn::Sequential m_boxProcess { nullptr };
    Aggregation2021 m_imageAggregation { nullptr }, m_textAggregation { nullptr };
};
TORCH_MODULE(Teran2021);

} // namespace wordsight::nn
