#pragma once

#include <cstdint>
#include <vector>

namespace wordsight::image {

/// 8-bit RGB pixels, row-major, three bytes per pixel, upright (EXIF orientation already applied).
struct Image {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
    bool operator==(const Image&) const = default;
};

} // namespace wordsight::image
