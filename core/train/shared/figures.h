#pragma once

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include "core/eval/pointing.h"
#include "core/eval/retrieval.h"
#include "core/train/shared/training_data.h"

namespace wordsight::train {

/// {phrases, pointing, baselineCenter, baselineRandom, byType}
nlohmann::json pointingJson(const eval::PointingResult& result);
/// Where the maps of a caption's boxed phrases peak; alignment [R, W] of its photograph's regions with its words.
void addPhrases(
    eval::PointingTally& tally, const TrainingData& data, std::int64_t caption, const torch::Tensor& alignment);

/// {i2t: {r1, r5, r10, medr, meanr}, t2i: the same, rsum}
nlohmann::json recallsJson(const eval::RetrievalResult& result);

} // namespace wordsight::train
