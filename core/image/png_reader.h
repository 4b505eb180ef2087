#pragma once

#include <cstddef>
#include <span>

#include "core/image/image.h"

namespace wordsight::image {

/// PNG of any kind → RGB as stored (not upright), transparency laid on white.
/// Throws Error{UnreadableInput} with libpng's reason. Thread-safe.
Image decodePng(std::span<const std::byte> bytes);

} // namespace wordsight::image
