#pragma once

#include <span>
#include <vector>

#include "core/base/matrix.h"
#include "core/model/image_text_model.h"

namespace wordsight::model {

/// One photograph against one sentence by cross attention.
struct PairScore {
    float score = 0;
    Matrix attention;               ///< [R × W] how much each word attends to each region; sums to 1 over regions
    std::vector<float> wordScores;  ///< [W] what each word adds to the score
    float rest = 0;                 ///< what is not a word's own: score = Σ wordScores + rest
};

/// Scores that need both sides at query time (MLASM). Works on the model's own encodings of one sentence and of any
/// number of photographs, each pair by itself: no pair's score depends on another's. Not thread-safe.
class PairScorer {
public:
    virtual ~PairScorer() = default;
    /// `attention` asks for the matrices as well as the scores.
    virtual std::vector<PairScore> scorePairs(const TextEncoding& sentence, std::span<const ImageEncoding> photographs, bool attention) = 0;
};

} // namespace wordsight::model
