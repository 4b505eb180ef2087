#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/align/pooling.h"
#include "core/data/matrix.h"
#include "core/data/matrix_view.h"
#include "core/model/image_text_model.h"
#include "core/model/pair_scorer.h"

namespace wordsight::engine {

/// The model's own score of every photograph with any number of sentences: what the words earn by its pooling, and the
/// cosine of the wholes by its weight; either part may be missing. A model with a pair scorer scores by that alone.
class PairScores {
public:
    /// The model must outlive this. `pooling`: in place of the model's own; of a model with a pair scorer, its first
    /// stage is measured then. Throws Error{ModelMismatch} for a model that has neither words nor wholes to compare,
    /// Error{Usage} for a pooling asked of a model without words.
    PairScores(model::ImageTextModel& model, std::vector<model::ImageEncoding> images,
        std::optional<align::Pooling> pooling = {});

    std::size_t images() const;

    /// Brings a sentence into the form that is compared (ImageTextModel::padAsPublished). Once each, before addTo().
    void prepare(model::TextEncoding& caption) const;

    /// Adds each sentence's score to its column. columns [images × captions], zeros at first. A few hundred sentences
    /// at a time keep the maxima of all their words with all photographs small.
    void addTo(MatrixSpan columns, std::span<const model::TextEncoding> captions) const;

    std::string description() const; ///< "mravgw + 2·global", "global", "cross attention"

private:
    void addWords(MatrixSpan columns, std::span<const model::TextEncoding> captions) const;
    void addGlobals(MatrixSpan columns, std::span<const model::TextEncoding> captions) const;

    const model::ImageTextModel& m_model;
    model::PairScorer* m_scorer = nullptr;                         ///< null: scores are put together from vectors
    std::unique_ptr<model::PairScorer::Photographs> m_photographs; ///< of the scorer
    std::size_t m_dimension;
    float m_globalWeight;
    std::optional<align::Pooling> m_pooling; ///< absent: no words
    std::vector<Matrix> m_regions;
    std::vector<Matrix> m_globals; ///< one row each
};

} // namespace wordsight::engine
