#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/image/image.h"

namespace wordsight::image {

/// PNG of any kind → sRGB as stored (not upright), transparency laid on white.
/// More than `maxPixels` are refused by what libpng itself would make. Throws Error{UnreadableInput}. Thread-safe.
Image decodePng(std::span<const std::byte> file, std::int64_t maxPixels);

} // namespace wordsight::image
