#pragma once

#include <string>
#include <vector>

#include "core/align/pooling.h"
#include "core/data/box.h"
#include "core/data/matrix.h"
#include "core/data/text_span.h"

namespace wordsight::align {

/// Something beside the sentence that is compared with the whole photograph: a word that was turned against.
struct AlignedPart {
    std::string label;
    float score = 0;  ///< cosine
    float weight = 0; ///< model's × user's
    float contribution() const { return weight * score; }
};

/// One photograph against one sentence: all that heatmaps, the matrix view and exports are made from.
struct Alignment {
    Matrix matrix;                   ///< [R × W] cosine of region r and word w
    std::vector<Box> boxes;          ///< [R]; empty: where the regions lie is not known (see hasBoxes)
    std::vector<std::string> words;  ///< [W]
    std::vector<TextSpan> spans;     ///< [W]
    std::vector<float> weights;      ///< [W] the word's weight in the score (model's × user's)
    std::vector<float> baselines;    ///< [W] what an average photograph reaches; empty: 0
    Pooling pooling = Pooling::MrSw; ///< how the words' part of the score is made
    float globalScore = 0;           ///< cosine of the whole photograph and the whole sentence
    float globalWeight = 0;          ///< 0 where the model has no such term
    std::vector<AlignedPart> parts {};
};

/// Whether heatmaps can be made: regions that another program found may come without their boxes.
inline bool hasBoxes(const Alignment& alignment)
{
    return alignment.boxes.size() == alignment.matrix.rows;
}
inline constexpr const char* noBoxes
    = "The regions' features came without boxes: where they lie is not known, so there is no heatmap.";

/// False where the model compares global vectors alone: there is no map of any word, and no region.
inline bool hasMatrix(const Alignment& alignment)
{
    return alignment.matrix.rows > 0 || !alignment.words.empty();
}

/// A[r,w] = region_r · word_w, for L2-normalised rows. regions [R×D], words [W×D].
Matrix alignmentMatrix(const Matrix& regions, const Matrix& words);

/// What each word adds to the score, by the alignment's own weights, baselines and pooling. [W]
std::vector<float> contributions(const Alignment& alignment);

/// What the sentence as a whole adds.
inline float globalContribution(const Alignment& alignment)
{
    return alignment.globalWeight * alignment.globalScore;
}

/// contributions, then globalContribution, then the parts', added up in this order.
float score(const Alignment& alignment);

} // namespace wordsight::align
