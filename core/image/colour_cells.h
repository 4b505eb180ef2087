#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/image/image.h"

namespace wordsight::image {

using Lab = std::array<float, 3>; ///< CIE L*a*b*, white D65: 0…100, about -90…100, about -110…95

/// `value` of an sRGB pixel.
Lab labOf(std::uint8_t red, std::uint8_t green, std::uint8_t blue);

/// What colours lie in each cell of a grid over a photograph, row by row.
struct ColourCells {
    std::vector<float> shares;   ///< [cells × centres] how much of the cell is near each centre
    std::vector<float> coverage; ///< [cells] how much of the cell counts: the sum of its shares
};

/// Soft histograms of photographs' colours around given centres. Where nearly the whole border of a photograph is of
/// one colour (a thing before a studio's wall), pixels of that colour are background and count for nothing: else every
/// such photograph would show the word "white". Immutable, so thread-safe.
class ColourGrid {
public:
    /// `grid` cells a side.
    ColourGrid(std::vector<Lab> centres, int grid);

    ColourCells operator()(const Image& image) const;
    std::size_t centres() const { return m_centres; }

private:
    std::size_t m_centres;
    int m_grid;
    std::vector<float> m_shares; ///< [32³ × centres] of each colour with 5 bits a channel; sums to 1
};

} // namespace wordsight::image
