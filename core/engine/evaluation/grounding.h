#pragma once

#include <filesystem>

#include "core/base/progress.h"
#include "core/engine/evaluation/encode_collection.h"
#include "core/eval/pointing.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// Pointing over boxed phrases; a phrase's map is the sum of its words' maps.
/// Throws Error{Cancelled, UnreadableInput}.
eval::PointingResult evaluateGrounding(model::ImageTextModel& model, const EvaluationInput& input,
    const std::filesystem::path& entities, const ProgressCallback& progress);

} // namespace wordsight::engine
