#pragma once

#include <cstdint>

namespace wordsight::image {

/// A colour with its alpha, laid on white. `premultiplied`: the colour holds its alpha already.
inline std::uint8_t onWhite(int colour, int alpha, bool premultiplied = false)
{
    const int part = premultiplied ? colour : (colour * alpha + 127) / 255;
    return static_cast<std::uint8_t>(part + 255 - alpha > 255 ? 255 : part + 255 - alpha);
}

} // namespace wordsight::image
