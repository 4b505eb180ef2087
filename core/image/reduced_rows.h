#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/image/image.h"

namespace wordsight::image {

/// Takes the rows of a picture one after another and keeps it at a fraction: each pixel the mean of a square of
/// 1, 2, 4… pixels on a side, the largest that still leaves both sides of the picture ≥ `minSide` (0: one pixel). So a
/// large picture is never in memory as a whole.
class ReducedRows {
public:
    /// `letGo` is called every few megapixels; it may be empty.
    ReducedRows(std::uint32_t width, std::uint32_t height, int minSide, std::function<void()> letGo = {});

    /// The next row of the full width, RGB.
    void take(const std::uint8_t* rgb);
    /// After the last row.
    Image image() { return std::move(m_image); }

private:
    void finishRow();

    std::size_t m_width;
    std::size_t m_height;
    std::size_t m_square = 1;
    std::size_t m_taken = 0;
    std::vector<std::uint32_t> m_sums; ///< of the rows taken since the last row of the result
    Image m_image;
    std::function<void()> m_letGo;
    std::size_t m_pixels = 0; ///< taken since
};

} // namespace wordsight::image
