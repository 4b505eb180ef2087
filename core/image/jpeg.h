#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/image/image.h"

namespace wordsight::image {

/// JPEG → RGB at 1/1, 1/2, 1/4 or 1/8 of its size, as stored (not upright): the smallest with both sides ≥ `minSide`,
/// in full for 0; never more than `maxPixels`. Grey, CMYK and colours with a profile become sRGB. A file that is cut
/// off or damaged inside is refused, not greyed out. What leaves the picture whole is accepted: stray bytes between
/// markers, which some cameras write, restart markers with wrong numbers, an end marker that is missing. A file of
/// hundreds of scans, made to keep a decoder busy, is refused. What was accepted of that kind is said in `note`, a
/// sentence; nothing: all is well. Throws Error{UnreadableInput}. Thread-safe.
Image decodeJpeg(std::span<const std::byte> bytes, int minSide, std::int64_t maxPixels, std::string& note);

} // namespace wordsight::image
