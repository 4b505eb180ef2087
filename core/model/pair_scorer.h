#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/data/matrix.h"
#include "core/model/image_text_model.h"

namespace wordsight::model {

/// One photograph against one sentence by cross attention.
struct PairScore {
    float score = 0;
    Matrix attention;              ///< [R × W] how much each word attends to each region; sums to 1 over regions
    std::vector<float> wordScores; ///< [W] what each word adds to the score
    float rest = 0; ///< what is not a word's own: score = Σ wordScores + rest, exactly, added in this order
};

/// Scores that need both sides at query time (MLASM). Works on the model's own encodings of sentences and photographs,
/// each pair by itself: no pair's score depends on which others are asked for. Not thread-safe; as the model, one
/// thread at a time.
class PairScorer {
public:
    /// Photographs made ready to be met by any number of sentences; a few times the memory of their encodings.
    class Photographs {
    public:
        virtual ~Photographs() = default;
        virtual std::size_t size() const = 0;
    };

    virtual ~PairScorer() = default;
    virtual std::unique_ptr<Photographs> prepare(std::span<const ImageEncoding> photographs) = 0;
    /// [photographs × sentences]; `photographs` are this scorer's.
    virtual Matrix scores(const Photographs& photographs, std::span<const TextEncoding> sentences) = 0;
    /// One sentence against each of the photographs, in their order.
    virtual std::vector<PairScore> explain(const Photographs& photographs, const TextEncoding& sentence) = 0;
};

} // namespace wordsight::model
