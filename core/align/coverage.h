#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/data/box.h"

namespace wordsight::align {

/// Pixels [first, second) whose centre lies in [begin, begin + extent), fractions of a side of `pixels` pixels: at
/// least one, however small the extent.
inline std::pair<int, int> pixelsWithin(float begin, float extent, int pixels)
{
    const auto edge
        = [pixels](float at) { return static_cast<int>(std::ceil(at * static_cast<float>(pixels) - 0.5f)); };
    const int first = std::clamp(edge(begin), 0, pixels - 1);
    return { first, std::clamp(edge(begin + extent), first + 1, pixels) };
}

/// 1 for every pixel of a width × height raster that lies in one of the boxes (pixelsWithin), else 0. Row-major.
inline std::vector<std::uint8_t> coverage(std::span<const Box> boxes, int width, int height)
{
    std::vector<std::uint8_t> covered(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (const Box& box : boxes) {
        const auto [left, right] = pixelsWithin(box.x, box.w, width);
        const auto [top, bottom] = pixelsWithin(box.y, box.h, height);
        for (int y = top; y < bottom; ++y)
            std::fill_n(
                covered.begin() + static_cast<std::ptrdiff_t>(y) * width + left, right - left, std::uint8_t { 1 });
    }
    return covered;
}

} // namespace wordsight::align
