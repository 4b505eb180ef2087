#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/align/pooling.h"
#include "core/base/matrix.h"
#include "core/base/progress.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// The model's own score of every photograph with every sentence, put together from maxima and global cosines.
class PairScores {
public:
    /// Throws Error{ModelMismatch} for a pooling that it cannot put together.
    PairScores(model::ImageTextModel& model, std::vector<model::ImageEncoding> images);

    /// [images × captions]. Throws Error{Cancelled}.
    Matrix against(std::span<const model::TextEncoding> captions, const ProgressCallback& progress) const;

    std::string description() const; ///< "mravgw + 2·global"

private:
    void addWords(Matrix& scores, std::size_t firstColumn, std::span<const model::TextEncoding> captions) const;
    void addGlobals(Matrix& scores, std::size_t firstColumn, std::span<const model::TextEncoding> captions) const;

    std::size_t m_dimension;
    float m_globalWeight;
    align::Pooling m_pooling = align::Pooling::MrSw;
    std::vector<Matrix> m_regions;
    std::vector<Matrix> m_globals; ///< one row each
};

} // namespace wordsight::engine
