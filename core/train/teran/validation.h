#pragma once

#include <nlohmann/json.hpp>

#include "core/eval/pointing.h"
#include "core/eval/retrieval.h"
#include "core/nn/teran/teran.h"
#include "core/train/shared/figures.h"

namespace wordsight::train {

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
