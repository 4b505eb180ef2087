#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/align/pooling.h"
#include "core/base/matrix.h"
#include "core/base/matrix_view.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// The model's own score of every photograph with any number of sentences: what the words earn by its pooling, and the
/// cosine of the wholes by its weight; either part may be missing.
class PairScores {
public:
    /// The model must outlive this. `pooling`: in place of the model's own. Throws Error{ModelMismatch} for a model that has neither words nor wholes
    /// to compare, Error{Usage} for a pooling asked of a model without words.
    PairScores(const model::ImageTextModel& model, std::vector<model::ImageEncoding> images,
        std::optional<align::Pooling> pooling = {});

    std::size_t images() const;

    /// Brings a sentence into the form that is compared (ImageTextModel::padAsPublished). Once each, before addTo().
    void prepare(model::TextEncoding& caption) const;

    /// Adds each sentence's score to its column. columns [images × captions], zeros at first. A few hundred sentences at
    /// a time keep the maxima of all their words with all photographs small.
    void addTo(MatrixSpan columns, std::span<const model::TextEncoding> captions) const;

    std::string description() const; ///< "mravgw + 2·global", "global"

private:
    void addWords(MatrixSpan columns, std::span<const model::TextEncoding> captions) const;
    void addGlobals(MatrixSpan columns, std::span<const model::TextEncoding> captions) const;

    const model::ImageTextModel& m_model;
    std::size_t m_dimension;
    float m_globalWeight;
    std::optional<align::Pooling> m_pooling; ///< absent: no words
    std::vector<Matrix> m_regions;
    std::vector<Matrix> m_globals; ///< one row each
};

} // namespace wordsight::engine
