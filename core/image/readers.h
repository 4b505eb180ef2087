#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/image/decode.h"

/// One function for each format besides JPEG and PNG: the bytes of a file → RGB as stored (not upright), transparency
/// laid on white, the first picture of several. Each asks its decoder for the size that it will make and holds it
/// against `maxPixels` before there is any pixel. All throw Error{UnreadableInput} with a reason for a person: damaged,
/// cut off, or a variant that is not read, by its name. Nothing is printed, but for words of libjxl and dav1d on some
/// damaged files, which cannot be turned off. Thread-safe.
namespace wordsight::image {

Image decodeBmp(std::span<const std::byte> bytes, std::int64_t maxPixels);
Image decodeNetpbm(std::span<const std::byte> bytes, std::int64_t maxPixels);
Image decodeWebp(std::span<const std::byte> bytes, std::int64_t maxPixels);
Image decodeGif(std::span<const std::byte> bytes, std::int64_t maxPixels);
/// HEIC and AVIF; and JPEG XL: upright already, as their own headers say.
Image decodeHeif(std::span<const std::byte> bytes, std::int64_t maxPixels);
Image decodeJpegXl(std::span<const std::byte> bytes, std::int64_t maxPixels);
/// At 1/1, 1/2, 1/4… of its size, as decodeJpeg() does. Of a TIFF of any size but a strip or a row of tiles, and the
/// result, is in memory.
Image decodeTiff(std::span<const std::byte> bytes, const DecodeOptions& options);
Image decodeJpeg2000(std::span<const std::byte> bytes, int minSide, std::int64_t maxPixels);

/// A camera's raw file: the preview in it where both its sides are ≥ `minSide` (1024 for 0), else developed at half
/// size.
Image decodeRaw(std::span<const std::byte> bytes, int minSide, std::int64_t maxPixels);

struct RawFrame {
    std::int64_t width = 0;
    std::int64_t height = 0;
    int orientation = 1; ///< EXIF's
};
RawFrame frameOfRaw(std::span<const std::byte> bytes);

/// Width and height that the decoders above will make.
std::pair<std::int64_t, std::int64_t> sizeOfBmp(std::span<const std::byte> bytes);
std::pair<std::int64_t, std::int64_t> sizeOfNetpbm(std::span<const std::byte> bytes);
std::pair<std::int64_t, std::int64_t> sizeOfHeif(std::span<const std::byte> bytes);
std::pair<std::int64_t, std::int64_t> sizeOfJpegXl(std::span<const std::byte> bytes);

/// Begins with a TIFF header; empty where there is none.
std::vector<std::byte> exifOfHeif(std::span<const std::byte> bytes);

} // namespace wordsight::image
