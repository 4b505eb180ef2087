#pragma once

#include <cstddef>
#include <string>

#include "core/base/progress.h"
#include "core/engine/evaluation/encode_collection.h"
#include "core/eval/retrieval.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

struct RetrievalReport {
    std::size_t images = 0;
    std::size_t captions = 0;
    eval::RetrievalResult result;
    std::string model;
    std::string scoring; ///< "mravgw + 2·global"
};

/// Retrieval after the papers' protocol with the model's own score. Throws Error{Cancelled, UnreadableInput}.
RetrievalReport evaluateRetrieval(
    model::ImageTextModel& model, const EvaluationInput& input, const ProgressCallback& progress);

} // namespace wordsight::engine
