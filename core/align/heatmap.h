#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/box.h"

namespace wordsight::align {

/// Values over the photograph, row-major, as high as the alignment's cosines (not rescaled).
struct Heatmap {
    int width = 0;
    int height = 0;
    std::vector<float> values;
};

/// A word's map: the values of its regions laid over the photograph. Boxes that form a full grid are
/// interpolated between their centres (bicubic); others may overlap: a pixel takes the highest of those that cover it.
/// values [R], boxes [R]; the raster is width × height.
Heatmap rasterize(std::span<const float> values, std::span<const Box> boxes, int width, int height);

struct Peak {
    float x = 0; ///< fractions of the photograph
    float y = 0;
    float value = 0;
};

/// Where the map is highest: the middle, where that is a whole box. What the pointing game measures.
Peak peak(const Heatmap& map);

/// Colormaps of 256 entries, RGB.
enum class Colormap { Turbo, Viridis, Magma, Gray };
std::span<const std::uint8_t, 768> colors(Colormap colormap);

} // namespace wordsight::align
