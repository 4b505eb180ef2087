#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace wordsight::image {

enum class Format { Jpeg, Png, WebP, Bmp, Tiff };

/// What the first bytes of a file promise, read without decoding any pixel.
struct FileHeader {
    Format format = Format::Jpeg;
    std::int64_t width = 0; ///< as stored, before orientation
    std::int64_t height = 0;
    bool complete = true;   ///< false where the file ends before its own end mark
    std::span<const std::byte> exif; ///< a TIFF block, empty where there is none (JPEG: the whole file)
};

/// Absent for formats that are not known here. Never throws; damaged headers have a size of 0. Thread-safe.
std::optional<FileHeader> readHeader(std::span<const std::byte> bytes);

} // namespace wordsight::image
