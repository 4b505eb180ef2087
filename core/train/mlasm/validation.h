#pragma once

#include <nlohmann/json.hpp>

#include "core/eval/pointing.h"
#include "core/eval/retrieval.h"
#include "core/nn/mlasm/mlasm.h"
#include "core/train/shared/training_data.h"

namespace wordsight::train {

/// What is measured after an epoch, on the first so many validation photographs.
struct MlasmFigures {
    std::int64_t images = 0;
    eval::RetrievalResult pairs;   ///< scores of every pair
    eval::PointingResult pointing; ///< by the words' attention

    double criterion(double pointingShare) const
    {
        return pairs.i2t.r1 + pairs.t2i.r1 + pointingShare * pointing.pointing;
    }
    nlohmann::json toJson() const;
};

/// Runs the network (put into eval mode, and back) over `part` validation photographs, 0: all.
MlasmFigures validate(nn::Mlasm& network, TrainingData& data, std::int64_t part);

} // namespace wordsight::train
