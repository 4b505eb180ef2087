#pragma once

#include <memory>
#include <optional>

#include "core/engine/library/model_cache.h"
#include "ui/evaluate/evaluation_outcome.h"
#include "ui/inspector/inspector_subject.h"

namespace wordsight::ui {

/// Looks into single pairs of a data set. Keeps the data set and its boxes between two of them. Used by one thread at a
/// time, that of Pools::search.
class PairInspector {
public:
    explicit PairInspector(std::shared_ptr<engine::ModelCache> models)
        : m_models(std::move(models))
    {
    }

    /// With the boxes of the sentence's phrases where the task has them. Throws what opening, reading and encoding
    /// throw.
    InspectorSubject inspect(const EvaluationTask& task, const EvaluatedPair& pair);

private:
    const engine::Collection& collection(const engine::EvaluationInput& input);
    std::vector<MarkedBox> marks(const EvaluationTask& task, const EvaluatedPair& pair);
    const engine::BoxedPhrases& boxedPhrases(const engine::GroundingBoxes& boxes);

    std::shared_ptr<engine::ModelCache> m_models;
    engine::EvaluationInput m_input;
    std::optional<engine::Collection> m_collection; ///< of m_input
    engine::GroundingBoxes m_boxes;
    engine::BoxedPhrases m_boxedPhrases; ///< of m_boxes
};

} // namespace wordsight::ui
