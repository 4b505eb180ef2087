#pragma once

#include <optional>
#include <string_view>

#include "core/nn/teran2021/teran2021.h"

namespace wordsight::parity {

/// The authors' poolings: align::Pooling's, and scan-sentences, where every region attends to the words.
enum class Pooling2021 { Sum, Mean, MrSw, MrAVGw, MwSr, Symmetric, ScanSentences };

/// "sum", "mean", "MrSw", "MrAVGw", "MwSr", "symm", "scan-sentences".
std::optional<Pooling2021> pooling2021Named(std::string_view name);

/// Sets as Teran2021 gives them, with their global slots, [CLS] and [SEP], padding and all.
struct Sets2021 {
    torch::Tensor images;       ///< [Bi, 1 + R, D]
    torch::Tensor imageLengths; ///< [Bi] int64, slot 0 counted
    torch::Tensor texts;        ///< [Bt, S, D]
    torch::Tensor textLengths;  ///< [Bt] int64, [CLS] and [SEP] counted
};

/// Padded with zeros to the sizes of the authors' evaluation: kImageSlots2021 and kTextSlots2021.
Sets2021 paddedForEvaluation(const Sets2021& sets);

/// A[i,t,r,w] of every real region with the words 1..S−3, the last word piece and [SEP] left out: [Bi, Bt, R, S − 3].
torch::Tensor alignments2021(const Sets2021& sets);

/// Where A is padding, as the authors take it (true: the last words of each text, the last regions of each image).
torch::Tensor alignmentPadding2021(const Sets2021& sets);

/// Scores [Bi, Bt]. Padding counts 0 before a maximum is taken, so where there is any no maximum is negative; Mean
/// divides by the padded sizes, MrAVGw by length − 3 (not a number where that is 0). Differentiable; of equals the
/// first gets the gradient. For ScanSentences the gradient is that of the real regions, where the authors' code has
/// none.
torch::Tensor pooled2021(const Sets2021& sets, Pooling2021 pooling);

/// Similarity of global vectors [Bi, D] and [Bt, D] by "dot", "cosine", or "order": −‖max(0, text − image)‖. → [Bi, Bt]
torch::Tensor globalSimilarity2021(const torch::Tensor& images, const torch::Tensor& texts, std::string_view measure);

} // namespace wordsight::parity
