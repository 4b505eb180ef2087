#pragma once

#include <filesystem>
#include <string>

#include "core/base/progress.h"
#include "core/eval/pointing.h"
#include "core/eval/retrieval.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

struct EvaluationInput {
    std::filesystem::path dataset; ///< Karpathy JSON
    std::filesystem::path images;  ///< folder of the files it names
    std::string split = "val";
};

struct RetrievalReport {
    std::size_t images = 0;
    std::size_t captions = 0;
    eval::RetrievalResult result;
    std::string model;
    std::string scoring; ///< "mravgw + 2·global"
};

/// Retrieval after the papers' protocol with the model's own score. Throws Error{Cancelled, UnreadableInput}.
RetrievalReport evaluateRetrieval(model::ImageTextModel& model, const EvaluationInput& input,
                                  const ProgressCallback& progress);

/// Pointing over boxed phrases; a phrase's map is the sum of its words' maps.
eval::PointingResult evaluateGrounding(model::ImageTextModel& model, const EvaluationInput& input,
                                       const std::filesystem::path& entities, const ProgressCallback& progress);

} // namespace wordsight::engine
