#pragma once

#include <span>
#include <string>

#include <torch/torch.h>

#include "core/data/region_features.h"

namespace wordsight::nn {

/// boxes [..., R, 4] as x, y, w, h → [..., R, 5] as x1, y1, x2, y2, area.
torch::Tensor regionBoxes(const torch::Tensor& boxes);

/// Photographs with differing numbers of regions as one batch.
struct PaddedRegions {
    torch::Tensor features; ///< [B, R, F] 0 where masked
    torch::Tensor
        boxes; ///< [B, R, 5] as regionBoxes() makes them, 0 where masked; undefined where they were not asked for
    torch::Tensor mask; ///< [B, R] bool: the regions that there are
};

/// Throws Error{ModelMismatch}, naming the model `name`, for features that are not [≥ 1 × dimension], or that lack the
/// boxes asked for.
PaddedRegions paddedRegions(
    std::span<const RegionFeatures> photographs, std::int64_t dimension, bool withBoxes, const std::string& name);

} // namespace wordsight::nn
