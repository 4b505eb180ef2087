#include "core/align/heatmap.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/align/coverage.h"
#include "core/align/cubic.h"

namespace wordsight::align {

namespace {

/// Equal cells that tile the photograph: cell (row, column) is region order[row × columns + column].
struct Grid {
    std::size_t columns = 0;
    std::size_t rows = 0;
    std::vector<std::size_t> order;
};

std::optional<Grid> gridOf(std::span<const Box> boxes)
{
    if (boxes.empty() || boxes[0].w <= 0 || boxes[0].h <= 0)
        return std::nullopt;
    const float columns = std::round(1 / boxes[0].w);
    const float rows = std::round(1 / boxes[0].h);
    if (columns * rows != static_cast<float>(boxes.size()))
        return std::nullopt;
    Grid grid { static_cast<std::size_t>(columns), static_cast<std::size_t>(rows), {} };
    grid.order.assign(boxes.size(), boxes.size());
    for (std::size_t r = 0; r < boxes.size(); ++r) {
        const float column = std::round(boxes[r].x * columns);
        const float row = std::round(boxes[r].y * rows);
        const float off = std::abs(boxes[r].x * columns - column) + std::abs(boxes[r].y * rows - row)
            + std::abs(boxes[r].w * columns - 1) + std::abs(boxes[r].h * rows - 1);
        if (off > 0.05f || column < 0 || column >= columns || row < 0 || row >= rows)
            return std::nullopt;
        std::size_t& cell = grid.order[static_cast<std::size_t>(row) * grid.columns + static_cast<std::size_t>(column)];
        if (cell != boxes.size())
            return std::nullopt;
        cell = r;
    }
    return grid;
}

/// For every pixel along one side, which cells it is made of.
std::vector<CubicTaps> tapsAlong(std::size_t cells, int pixels)
{
    std::vector<CubicTaps> taps;
    taps.reserve(static_cast<std::size_t>(pixels));
    const float cellsPerPixel = static_cast<float>(cells) / static_cast<float>(pixels);
    for (int p = 0; p < pixels; ++p)
        taps.push_back(cubicTaps((static_cast<float>(p) + 0.5f) * cellsPerPixel - 0.5f, cells));
    return taps;
}

void interpolate(std::span<const float> values, const Grid& grid, Heatmap& map)
{
    const auto width = static_cast<std::size_t>(map.width);
    const auto horizontal = tapsAlong(grid.columns, map.width);
    const auto vertical = tapsAlong(grid.rows, map.height);
    std::vector<float> widened(grid.rows * width);
    for (std::size_t row = 0; row < grid.rows; ++row)
        for (std::size_t x = 0; x < width; ++x)
            for (std::size_t k = 0; k < 4; ++k)
                widened[row * width + x]
                    += horizontal[x].weight[k] * values[grid.order[row * grid.columns + horizontal[x].index[k]]];
    for (std::size_t y = 0; y < vertical.size(); ++y)
        for (std::size_t k = 0; k < 4; ++k) {
            const float weight = vertical[y].weight[k];
            const float* from = widened.data() + vertical[y].index[k] * width;
            float* to = map.values.data() + y * width;
            for (std::size_t x = 0; x < width; ++x)
                to[x] += weight * from[x];
        }
}

/// Every pixel takes the highest of the boxes that cover it: what a word found there, whatever lies around or below it.
/// Where no box lies, the map takes the lowest value there is.
void layOver(std::span<const float> values, std::span<const Box> boxes, Heatmap& map)
{
    std::ranges::fill(map.values, values.empty() ? 0 : std::ranges::min(values));
    for (std::size_t r = 0; r < boxes.size(); ++r) {
        const auto [left, right] = pixelsWithin(boxes[r].x, boxes[r].w, map.width);
        const auto [top, bottom] = pixelsWithin(boxes[r].y, boxes[r].h, map.height);
        for (int y = top; y < bottom; ++y) {
            float* row = map.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(map.width);
            std::for_each(row + left, row + right, [&](float& pixel) { pixel = std::max(pixel, values[r]); });
        }
    }
}

} // namespace

Heatmap rasterize(std::span<const float> values, std::span<const Box> boxes, int width, int height)
{
    Heatmap map { width, height,
        std::vector<float>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) };
    if (map.values.empty())
        return map;
    if (const auto grid = gridOf(boxes))
        interpolate(values, *grid, map);
    else
        layOver(values, boxes, map);
    return map;
}

Peak peak(const Heatmap& map)
{
    if (map.values.empty())
        return {};
    const auto highest = std::ranges::max_element(map.values);
    const auto pixel = static_cast<int>(highest - map.values.begin());
    const int top = pixel / map.width, left = pixel % map.width;
    const auto level = [&](int x, int y) {
        return map.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(map.width)
                   + static_cast<std::size_t>(x)]
            == *highest;
    };
    int right = left, bottom = top;
    while (right + 1 < map.width && level(right + 1, top))
        ++right;
    const int middle = (left + right) / 2;
    while (bottom + 1 < map.height && level(middle, bottom + 1))
        ++bottom;
    const auto centre = [](int first, int last, int count) {
        return (static_cast<float>(first + last) / 2 + 0.5f) / static_cast<float>(count);
    };
    return { centre(left, right, map.width), centre(top, bottom, map.height), *highest };
}

} // namespace wordsight::align
