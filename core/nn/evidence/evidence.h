#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/image/colour_cells.h"
#include "core/nn/backbones/efficientnet_lite.h"
#include "core/nn/evidence/evidence_options.h"
#include "core/text/compounds.h"

namespace wordsight::nn {

/// What words ask of the evidence.
struct WordEvidence {
    torch::Tensor vectors;        ///< [W, EvidenceOptions::total()]
    std::vector<float> baselines; ///< [W] what a word earns by them in an average photograph
};

/// What can be known of a photograph without learning it from captions: what the image network's own classifier sees
/// in each region, and what colours lie there. Both become dimensions of a region's vector, which words that the table
/// knows meet with dimensions of their own; so the score stays a sum of region · word, and every map a word's own.
///
/// Classes: √p of the 1,000 classes times a code of few numbers a class (a sketch: few classes are probable at a time,
/// so codes that are only nearly at right angles keep them apart). Colours: √h of a soft histogram times a code a
/// colour. p is that of half the region and half the whole photograph, and so is h: a whole thing is easier to name
/// than a ninth of it, and what all regions share moves no map.
/// Not thread-safe.
class Evidence {
public:
    /// `imageWeights`: EfficientNet-Lite2's checkpoint with its classifier; `words`: the table (text::Compounds) whose
    /// numbers are rows of `tensors`' word_rows; `grid`: regions a side. Throws Error{ModelMismatch, UnreadableInput};
    /// `source` is what the tensors were read from.
    Evidence(const EvidenceOptions& options, const std::filesystem::path& imageWeights,
        const std::filesystem::path& words, const TensorMap& tensors, const std::string& source, int grid,
        torch::Device device);

    /// stride16 [B,120,2·grid,2·grid] of the photographs, on the device → [B, grid², options.total()]
    torch::Tensor regions(const torch::Tensor& stride16, std::span<const image::Image> photographs);
    /// On the CPU; zeros for words that the table does not have.
    WordEvidence words(std::span<const std::string> words) const;
    void to(torch::Device device);

private:
    torch::Tensor classes(const torch::Tensor& stride16);
    torch::Tensor colours(std::span<const image::Image> photographs) const;

    EvidenceOptions m_options;
    EfficientNetLite2 m_network; ///< as it was trained; its upper part alone is used
    torch::Tensor m_classifier;  ///< [1000, 1280]
    torch::Tensor m_bias;        ///< [1000]
    torch::Tensor m_classCodes;  ///< [1000, classes]
    torch::Tensor m_colourCodes; ///< [centres, colours]
    torch::Tensor m_wordRows;    ///< [rows, total + 1], the last a baseline
    text::Compounds m_words;
    image::ColourGrid m_colours;
    int m_grid;
};

} // namespace wordsight::nn
