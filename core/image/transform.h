#pragma once

#include <cstddef>
#include <vector>

#include "core/image/image.h"
#include "core/image/resample.h"

namespace wordsight::image {

/// Stretched to exactly width × height (the models see photographs squashed to a square).
Image stretch(const Image& image, int width, int height, Resampling resampling = Resampling::Area);

/// Longest side of the small pictures that the library keeps and the window's lists show.
inline constexpr int thumbnailSide = 320;

/// Scaled down, shape kept, so that the longest side is ≤ `longestSide`. Never scaled up.
Image thumbnail(const Image& image, int longestSide);

std::vector<std::byte> encodeJpeg(const Image& image, int quality = 85);

} // namespace wordsight::image
