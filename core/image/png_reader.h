#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/image/image.h"

namespace wordsight::image {

/// PNG of any kind → RGB as stored (not upright), transparency laid on white.
/// More than `maxPixels` are refused by what libpng itself would make. Throws Error{UnreadableInput} with libpng's
/// reason. Thread-safe.
Image decodePng(std::span<const std::byte> bytes, std::int64_t maxPixels);

} // namespace wordsight::image
