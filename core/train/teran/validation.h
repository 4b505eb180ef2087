#pragma once

#include <nlohmann/json.hpp>

#include "core/eval/pointing.h"
#include "core/eval/retrieval.h"
#include "core/nn/teran/teran.h"
#include "core/train/shared/training_data.h"

namespace wordsight::train {

/// {phrases, pointing, baselineCenter, baselineRandom, byType}
nlohmann::json pointingJson(const eval::PointingResult& result);
/// Where the maps of a caption's boxed phrases peak; alignment [R, W] of its photograph's regions with its words.
void addPhrases(
    eval::PointingTally& tally, const TrainingData& data, std::int64_t caption, const torch::Tensor& alignment);

/// {i2t: {r1, r5, r10, medr, meanr}, t2i: the same, rsum}
nlohmann::json recallsJson(const eval::RetrievalResult& result);

/// What is measured after an epoch, on the validation photographs.
struct ValidationResult {
    eval::RetrievalResult combined; ///< words + globalWeight · global
    eval::RetrievalResult words;
    eval::RetrievalResult global; ///< zeros where the network has no global vectors
    eval::PointingResult pointing;

    /// What the best epoch has most of: R@1 both ways + `pointingShare` · pointing.
    double criterion(double pointingShare) const
    {
        return combined.i2t.r1 + combined.t2i.r1 + pointingShare * pointing.pointing;
    }
    nlohmann::json toJson() const;
};

/// Runs the network (put into eval mode, and back) over the validation split.
ValidationResult validate(nn::Teran& network, TrainingData& data, align::Pooling pooling, double globalWeight,
    torch::Device device, bool bf16);

} // namespace wordsight::train
