#pragma once

#include <array>
#include <span>

#include <torch/torch.h>

#include "core/image/image.h"
#include "core/image/resample.h"

namespace wordsight::nn {

/// Photographs as a network takes them: stretched to a square, scaled to [0, 1], less the mean, over the deviation.
class PixelNormalizer {
public:
    /// Mean and deviation of the three channels of pixels in [0, 1].
    PixelNormalizer(int side, std::span<const double, 3> mean, std::span<const double, 3> deviation,
        image::Resampling resampling = image::Resampling::Area);

    image::Resampling resampling() const { return m_resampling; }
    /// → [B,3,side,side], channels-last, on the CPU.
    torch::Tensor operator()(std::span<const image::Image> images) const;

private:
    int m_side;
    image::Resampling m_resampling;
    std::array<std::array<float, 256>, 3> m_values {}; ///< of every value that a byte can have
};

/// For networks trained on ImageNet, stretched as Wordsight's own models were trained.
PixelNormalizer imageNetPixels(int side);

} // namespace wordsight::nn
