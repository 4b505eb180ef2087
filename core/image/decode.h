#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "core/image/image.h"

namespace wordsight::image {

struct DecodeOptions {
    /// Decode at a fraction of the size (JPEG, JPEG 2000, TIFF) that still leaves both sides ≥ this; 0 decodes in full.
    int minSide = 0;
    /// Larger photographs are refused before any pixel is decoded.
    std::int64_t maxPixels = 250'000'000;
    /// Called now and then while a large file is read: who mapped its bytes may let go of their pages, which come back
    /// where they are read again.
    std::function<void()> letGo = {};
};

/// Bytes of a photograph in any format that is read → upright sRGB, by the colour profile of the file where it has one
/// (JPEG, PNG, TIFF, WebP, HEIC; else its numbers are taken as sRGB).
/// Orientation is applied here, once, and nowhere else. Transparent pixels show white. Throws
/// Error{UnreadableInput} with the reason in plain words, no full stop (empty, cut off, too large, not a photograph).
/// Thread-safe.
Image decode(std::span<const std::byte> bytes, const DecodeOptions& options = {});

/// As decode(), from a file of any name; the error names the file.
Image decodeFile(const std::filesystem::path& file, const DecodeOptions& options = {});

/// Whether a file's name ends, in any case, like that of a photograph in a format that decode() reads.
bool hasPhotographExtension(const std::filesystem::path& file);

} // namespace wordsight::image
