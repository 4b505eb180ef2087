#pragma once

#include <cstddef>
#include <span>

#include "core/image/image.h"

namespace wordsight::image {

/// JPEG → RGB at 1/1, 1/2, 1/4 or 1/8 of its size, as stored (not upright): the smallest with both sides ≥ `minSide`,
/// in full for 0. Grey and CMYK become RGB. A file that is cut off or damaged inside is refused, not greyed out;
/// stray bytes between markers, which some cameras write, are accepted. Throws Error{UnreadableInput}. Thread-safe.
Image decodeJpeg(std::span<const std::byte> bytes, int minSide);

} // namespace wordsight::image
