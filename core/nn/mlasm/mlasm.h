#pragma once

#include <torch/torch.h>

#include "core/nn/mlasm/mlasm_options.h"
#include "core/nn/mlasm/scan_attention.h"

namespace wordsight::nn {

/// MLASM: local alignment of words and regions by cross attention both ways, and a semantic level on top that compares
/// the whole photograph, as the sentence sees it, with the whole sentence, as the photograph sees it (Jiang and Lian
/// 2022). The global vectors are made for every pair, from that pair's attention alone. Not thread-safe while
/// training; in eval mode everything only reads.
struct MlasmImpl : torch::nn::Module {
    struct ImageOutput {
        torch::Tensor regions; ///< [B, R, D] L2-normalised
        torch::Tensor global;  ///< [B, D] of the whole photograph, before any sentence; MlasmOptions::unitGlobal
        torch::Tensor gram;    ///< [B, R, R] regions · regions
    };
    struct TextOutput {
        torch::Tensor words; ///< [B, W, D] L2-normalised, 0 at padding
        torch::Tensor mask;  ///< [B, W] bool
    };
    /// N photographs against N sentences, each against its own.
    struct PairOutput {
        torch::Tensor textToImage, imageToText; ///< [N] the two local scores
        torch::Tensor attention;                ///< [N, R, W] a word's over the regions
        torch::Tensor wordShares;               ///< [N, W] what each word adds to ½ (textToImage + imageToText)
        torch::Tensor imageContext;             ///< [N, D] mean over words of what they see
        torch::Tensor textContext;              ///< [N, D] mean over regions of what they see
        torch::Tensor imageGlobal, textGlobal;  ///< [N, D] L2-normalised
        torch::Tensor local, global, score;     ///< [N]
    };

    explicit MlasmImpl(const MlasmOptions& options);
    const MlasmOptions& options() const { return m_options; }

    /// Region features as the backbone gives them, by the options' inputNorm: has no parameters, a feature cache can
    /// hold it.
    torch::Tensor prepareRegions(const torch::Tensor& features) const;
    /// prepared [B, R, Σ regionGroups], whole [B, globalDimension] features of the whole photograph.
    ImageOutput encodeImages(const torch::Tensor& prepared, const torch::Tensor& whole);
    /// The same where the features of the whole photograph are the mean of its regions'.
    ImageOutput encodeImages(const torch::Tensor& prepared) { return encodeImages(prepared, prepared.mean(1)); }
    /// words [B, W, wordDimension], mask [B, W] bool; W ≥ 1, a sentence may have no word.
    TextOutput encodeTexts(const torch::Tensor& words, const torch::Tensor& mask);

    /// Either side may have one member that meets all of the other's.
    PairOutput scorePairs(const ImageOutput& images, const TextOutput& texts);
    /// The same where the affinities words · regions [N, W, R] are known. Regions lie side by side: everything that is
    /// computed of them then runs along memory.
    PairOutput scorePairs(const ImageOutput& images, const TextOutput& texts, const torch::Tensor& affinities);
    /// All B × T scores [B, T] of the score alone, for use without gradients.
    torch::Tensor scoreAll(const ImageOutput& images, const TextOutput& texts);

    /// The two global vectors [N, D] from the contexts of the local attention.
    torch::Tensor imageGlobal(const torch::Tensor& global, const torch::Tensor& context);
    torch::Tensor textGlobal(const torch::Tensor& context);
    /// The sentence's when all of its words count alike, before any photograph: for a first stage. [B, D]
    torch::Tensor textGlobalOf(const TextOutput& texts);

private:
    MlasmOptions m_options;
    torch::nn::Linear m_regionProjection { nullptr }, m_imageProjection { nullptr }, m_imageContext { nullptr },
        m_gate { nullptr }, m_textContext { nullptr };
    torch::nn::GRU m_wordLayers { nullptr };
};
TORCH_MODULE(Mlasm);

} // namespace wordsight::nn
