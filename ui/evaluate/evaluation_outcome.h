#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/evaluation/grounding.h"
#include "core/engine/evaluation/retrieval.h"

namespace wordsight::ui {

/// What models are measured on.
struct EvaluationTask {
    engine::EvaluationInput input;
    eval::Protocol protocol = eval::Protocol::Whole;
    engine::GroundingBoxes boxes; ///< none named: no grounding
    bool retrieval = true;
    bool grounding = false;
};

/// What one model reached.
struct EvaluationOutcome {
    std::string model; ///< by name
    std::optional<engine::RetrievalReport> retrieval;
    std::optional<engine::GroundingReport> grounding;
};

/// A photograph of the data set against a sentence, to be looked into.
struct EvaluatedPair {
    std::string model;
    std::string image; ///< as the data set names it
    std::string sentence;
    std::size_t rank = 0;                       ///< 0: not ranked
    std::optional<dataset::BoxedPhrase> phrase; ///< the one that matters; absent: all that the data set has
};

} // namespace wordsight::ui
