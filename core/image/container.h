#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wordsight::image {

enum class Format { Jpeg, Png, WebP, Bmp, Tiff, Netpbm, Jpeg2000, Gif, Heif, JpegXl, Raw, SunRaster };

/// What the header of a photograph's file says, before any pixel is decoded. The spans point into the bytes given.
struct Container {
    Format format = Format::Jpeg;
    std::int64_t width = 0; ///< as stored: not yet upright, but for `upright`
    std::int64_t height = 0;
    std::span<const std::byte> exif; ///< begins with a TIFF header; empty where there is none
    int tiffOrientation = 1;         ///< of a TIFF or raw file, which is its own EXIF
    bool upright = false;            ///< the decoder turns the picture itself; what EXIF says is done already
};

/// Reads headers only. Throws Error{UnreadableInput}: not a photograph, a format that is not read, a header cut off.
Container inspect(std::span<const std::byte> bytes);

} // namespace wordsight::image
