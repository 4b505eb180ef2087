#include "core/align/heatmap.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/align/cubic.h"

namespace wordsight::align {

namespace {

constexpr float tolerance = 1e-3f;

/// Regions that tile the photograph: cell (row, column) is region order[row × columns + column].
struct Grid {
    std::vector<float> xs; ///< centres of the columns
    std::vector<float> ys;
    std::vector<std::size_t> order;
};

float centerX(const Box& box) { return box.x + box.w / 2; }
float centerY(const Box& box) { return box.y + box.h / 2; }

std::vector<float> distinct(std::span<const Box> boxes, float (*center)(const Box&))
{
    std::vector<float> values(boxes.size());
    std::ranges::transform(boxes, values.begin(), center);
    std::ranges::sort(values);
    const auto same = [](float a, float b) { return b - a < tolerance; };
    values.erase(std::unique(values.begin(), values.end(), same), values.end());
    return values;
}

std::size_t nearest(const std::vector<float>& sorted, float value)
{
    const auto above = std::ranges::lower_bound(sorted, value - tolerance);
    return std::min(static_cast<std::size_t>(above - sorted.begin()), sorted.size() - 1);
}

std::optional<Grid> gridOf(std::span<const Box> boxes)
{
    Grid grid { distinct(boxes, centerX), distinct(boxes, centerY), {} };
    if (boxes.empty() || grid.xs.size() * grid.ys.size() != boxes.size())
        return std::nullopt;
    grid.order.assign(boxes.size(), boxes.size());
    for (std::size_t r = 0; r < boxes.size(); ++r) {
        const std::size_t column = nearest(grid.xs, centerX(boxes[r]));
        const std::size_t row = nearest(grid.ys, centerY(boxes[r]));
        std::size_t& cell = grid.order[row * grid.xs.size() + column];
        if (cell != boxes.size())
            return std::nullopt;
        cell = r;
    }
    return grid;
}

/// For every pixel along one side, what it is made of.
std::vector<CubicTaps> tapsAlong(const std::vector<float>& centers, int pixels)
{
    std::vector<CubicTaps> taps;
    taps.reserve(static_cast<std::size_t>(pixels));
    for (int p = 0; p < pixels; ++p) {
        const float at = (static_cast<float>(p) + 0.5f) / static_cast<float>(pixels);
        const auto above = std::ranges::upper_bound(centers, at);
        float position = 0;
        if (above == centers.end())
            position = static_cast<float>(centers.size() - 1);
        else if (above != centers.begin())
            position = static_cast<float>(above - centers.begin() - 1) + (at - above[-1]) / (above[0] - above[-1]);
        taps.push_back(cubicTaps(position, centers.size()));
    }
    return taps;
}

void interpolate(std::span<const float> values, const Grid& grid, Heatmap& map)
{
    const std::size_t columns = grid.xs.size();
    const auto width = static_cast<std::size_t>(map.width);
    const auto horizontal = tapsAlong(grid.xs, map.width);
    const auto vertical = tapsAlong(grid.ys, map.height);
    std::vector<float> widened(grid.ys.size() * width);
    for (std::size_t row = 0; row < grid.ys.size(); ++row)
        for (std::size_t x = 0; x < width; ++x)
            for (std::size_t k = 0; k < 4; ++k)
                widened[row * width + x]
                    += horizontal[x].weight[k] * values[grid.order[row * columns + horizontal[x].index[k]]];
    for (std::size_t y = 0; y < vertical.size(); ++y)
        for (std::size_t k = 0; k < 4; ++k) {
            const float weight = vertical[y].weight[k];
            const float* from = widened.data() + vertical[y].index[k] * width;
            float* to = map.values.data() + y * width;
            for (std::size_t x = 0; x < width; ++x)
                to[x] += weight * from[x];
        }
}

/// Pixels [first, second) whose centre lies in [begin, begin + extent).
std::pair<int, int> pixelsWithin(float begin, float extent, int pixels)
{
    const auto edge = [pixels](float at) {
        return std::clamp(static_cast<int>(std::ceil(at * static_cast<float>(pixels) - 0.5f)), 0, pixels);
    };
    return { edge(begin), edge(begin + extent) };
}

/// Where no box lies, the map takes the lowest value there is.
void average(std::span<const float> values, std::span<const Box> boxes, Heatmap& map)
{
    std::vector<float> count(map.values.size());
    const auto width = static_cast<std::size_t>(map.width);
    for (std::size_t r = 0; r < boxes.size(); ++r) {
        const auto [left, right] = pixelsWithin(boxes[r].x, boxes[r].w, map.width);
        const auto [top, bottom] = pixelsWithin(boxes[r].y, boxes[r].h, map.height);
        for (int y = top; y < bottom; ++y)
            for (int x = left; x < right; ++x) {
                const std::size_t pixel = static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x);
                map.values[pixel] += values[r];
                count[pixel] += 1;
            }
    }
    const float lowest = values.empty() ? 0 : std::ranges::min(values);
    for (std::size_t pixel = 0; pixel < count.size(); ++pixel)
        map.values[pixel] = count[pixel] > 0 ? map.values[pixel] / count[pixel] : lowest;
}

} // namespace

Heatmap rasterize(std::span<const float> values, std::span<const Box> boxes, int width, int height)
{
    Heatmap map { width, height, std::vector<float>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) };
    if (const auto grid = gridOf(boxes))
        interpolate(values, *grid, map);
    else
        average(values, boxes, map);
    return map;
}

Peak peak(const Heatmap& map)
{
    if (map.values.empty())
        return {};
    const auto highest = std::ranges::max_element(map.values);
    const auto pixel = static_cast<int>(highest - map.values.begin());
    return { (static_cast<float>(pixel % map.width) + 0.5f) / static_cast<float>(map.width),
        (static_cast<float>(pixel / map.width) + 0.5f) / static_cast<float>(map.height), *highest };
}

} // namespace wordsight::align
