#include "core/image/colour_cells.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/image/transform.h"

namespace wordsight::image {

namespace {

constexpr int kPixelsPerCell = 8;      // a side: small enough to be quick, large enough to keep a stripe
constexpr float kWidth = 8;            // of a centre, in units of Lab, where 2.3 can just be told apart
constexpr float kSameColour = 8;       // pixels nearer than this to the border's colour belong to the background
constexpr double kUniformBorder = 0.6; // of the border must be of one colour for a background to be seen
constexpr double kLeastForeground = 0.03;

float linear(std::uint8_t value)
{
    const float v = static_cast<float>(value) / 255.0f;
    return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
}

float distance(const Lab& a, const Lab& b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// The colour in the middle of all, channel by channel.
Lab median(std::vector<Lab> colours)
{
    Lab middle {};
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const auto half = colours.begin() + static_cast<std::ptrdiff_t>(colours.size() / 2);
        std::ranges::nth_element(colours, half, {}, [channel](const Lab& colour) { return colour[channel]; });
        middle[channel] = (*half)[channel];
    }
    return middle;
}

/// For each pixel of a square whether it counts: 1 or 0.
std::vector<std::uint8_t> foreground(const std::vector<Lab>& pixels, int side)
{
    std::vector<Lab> border;
    const auto at = [&](int x, int y) { return pixels[static_cast<std::size_t>(y * side + x)]; };
    for (int i = 0; i < side; ++i)
        for (const auto& pixel : { at(i, 0), at(i, side - 1), at(0, i), at(side - 1, i) })
            border.push_back(pixel);
    const Lab background = median(border);
    const auto isBackground = [&](const Lab& pixel) { return distance(pixel, background) < kSameColour; };
    std::vector<std::uint8_t> counts(pixels.size(), 1);
    if (static_cast<double>(std::ranges::count_if(border, isBackground))
        < kUniformBorder * static_cast<double>(border.size()))
        return counts;
    std::ranges::transform(pixels, counts.begin(), [&](const Lab& pixel) { return isBackground(pixel) ? 0 : 1; });
    if (static_cast<double>(std::ranges::count(counts, 1)) < kLeastForeground * static_cast<double>(counts.size()))
        counts.assign(counts.size(), 1);
    return counts;
}

std::size_t bin(const std::uint8_t* rgb)
{
    return (static_cast<std::size_t>(rgb[0] >> 3) << 10) | (static_cast<std::size_t>(rgb[1] >> 3) << 5)
        | static_cast<std::size_t>(rgb[2] >> 3);
}

} // namespace

Lab labOf(std::uint8_t red, std::uint8_t green, std::uint8_t blue)
{
    static const auto linearOf = [] {
        std::array<float, 256> values {};
        for (std::size_t v = 0; v < values.size(); ++v)
            values[v] = linear(static_cast<std::uint8_t>(v));
        return values;
    }();
    const float r = linearOf[red], g = linearOf[green], b = linearOf[blue];
    const auto f = [](float t) { return t > 0.008856f ? std::cbrt(t) : 7.787f * t + 16.0f / 116.0f; };
    const float x = f((0.412453f * r + 0.357580f * g + 0.180423f * b) / 0.950456f);
    const float y = f(0.212671f * r + 0.715160f * g + 0.072169f * b);
    const float z = f((0.019334f * r + 0.119193f * g + 0.950227f * b) / 1.088754f);
    return { 116 * y - 16, 500 * (x - y), 200 * (y - z) };
}

ColourGrid::ColourGrid(std::vector<Lab> centres, int grid)
    : m_centres(centres.size())
    , m_grid(grid)
    , m_shares(32 * 32 * 32 * centres.size())
{
    for (std::size_t i = 0; i < 32 * 32 * 32; ++i) {
        const auto middle = [i](int shift) { return static_cast<std::uint8_t>(((i >> shift) & 31) * 8 + 4); };
        const Lab colour = labOf(middle(10), middle(5), middle(0));
        const std::span row(m_shares.data() + i * m_centres, m_centres);
        std::ranges::transform(centres, row.begin(), [&](const Lab& centre) { return distance(colour, centre); });
        const float nearest = std::ranges::min(row);
        float sum = 0;
        for (float& share : row) {
            share = std::exp((nearest * nearest - share * share) / (2 * kWidth * kWidth));
            sum += share;
        }
        for (float& share : row)
            share /= sum;
    }
}

ColourCells ColourGrid::operator()(const Image& image) const
{
    const int side = m_grid * kPixelsPerCell;
    const Image small = stretch(image, side, side);
    std::vector<Lab> pixels;
    for (std::size_t i = 0; i < small.rgb.size(); i += 3)
        pixels.push_back(labOf(small.rgb[i], small.rgb[i + 1], small.rgb[i + 2]));
    const std::vector<std::uint8_t> counts = foreground(pixels, side);

    const auto cells = static_cast<std::size_t>(m_grid * m_grid);
    ColourCells result { std::vector<float>(cells * m_centres), std::vector<float>(cells) };
    constexpr float one = 1.0f / (kPixelsPerCell * kPixelsPerCell);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const auto pixel = static_cast<std::size_t>(y * side + x);
            if (counts[pixel] == 0)
                continue;
            const auto cell = static_cast<std::size_t>(y / kPixelsPerCell * m_grid + x / kPixelsPerCell);
            const float* shares = m_shares.data() + bin(small.rgb.data() + 3 * pixel) * m_centres;
            result.coverage[cell] += one;
            for (std::size_t c = 0; c < m_centres; ++c)
                result.shares[cell * m_centres + c] += one * shares[c];
        }
    return result;
}

} // namespace wordsight::image
