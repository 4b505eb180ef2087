#include "core/image/resample.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace wordsight::image {
namespace {

constexpr int kFraction = 32 - 8 - 2; // bits of a weight, as Pillow has them

double bilinear(double x)
{
    return std::max(0.0, 1 - std::abs(x));
}

double bicubic(double x)
{
    constexpr double a = -0.5;
    x = std::abs(x);
    if (x < 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/// What one output pixel takes from its inputs [first, first + weights).
struct Taps {
    int first = 0;
    std::vector<int> weights;
};

std::vector<Taps> tapsOf(int from, int to, Resampling resampling)
{
    const bool cubic = resampling == Resampling::Bicubic;
    const auto kernel = cubic ? bicubic : bilinear;
    const double scale = static_cast<double>(from) / to;
    const double widened = std::max(scale, 1.0);
    const double reach = (cubic ? 2.0 : 1.0) * widened;
    std::vector<Taps> taps;
    for (int i = 0; i < to; ++i) {
        const double centre = (i + 0.5) * scale;
        const int first = std::max(static_cast<int>(centre - reach + 0.5), 0);
        const int end = std::min(static_cast<int>(centre + reach + 0.5), from);
        std::vector<double> weights;
        double sum = 0;
        for (int x = first; x < end; ++x)
            sum += weights.emplace_back(kernel((x - centre + 0.5) / widened));
        Taps& tap = taps.emplace_back(Taps { first, {} });
        for (const double weight : weights)
            tap.weights.push_back(static_cast<int>(std::lround(weight / sum * (1 << kFraction))));
    }
    return taps;
}

std::uint8_t byteOf(int sum)
{
    return static_cast<std::uint8_t>(std::clamp(sum >> kFraction, 0, 255));
}

Image across(const Image& image, int width, Resampling resampling)
{
    Image out { width, image.height, std::vector<std::uint8_t>(std::size_t { 3 } * width * image.height) };
    const auto taps = tapsOf(image.width, width, resampling);
    std::uint8_t* to = out.rgb.data();
    for (int y = 0; y < image.height; ++y) {
        const std::uint8_t* row = image.rgb.data() + std::size_t { 3 } * y * image.width;
        for (const Taps& tap : taps)
            for (int channel = 0; channel < 3; ++channel) {
                int sum = 1 << (kFraction - 1);
                const std::uint8_t* from = row + std::size_t { 3 } * tap.first + channel;
                for (std::size_t k = 0; k < tap.weights.size(); ++k)
                    sum += from[3 * k] * tap.weights[k];
                *to++ = byteOf(sum);
            }
    }
    return out;
}

Image down(const Image& image, int height, Resampling resampling)
{
    const std::size_t stride = std::size_t { 3 } * image.width;
    Image out { image.width, height, std::vector<std::uint8_t>(stride * height) };
    const auto taps = tapsOf(image.height, height, resampling);
    std::vector<int> sums(stride);
    for (int y = 0; y < height; ++y) {
        const Taps& tap = taps[static_cast<std::size_t>(y)];
        std::ranges::fill(sums, 1 << (kFraction - 1));
        for (std::size_t k = 0; k < tap.weights.size(); ++k) {
            const std::uint8_t* row = image.rgb.data() + stride * (static_cast<std::size_t>(tap.first) + k);
            for (std::size_t x = 0; x < stride; ++x)
                sums[x] += row[x] * tap.weights[k];
        }
        std::ranges::transform(sums, out.rgb.begin() + static_cast<std::ptrdiff_t>(stride * y), byteOf);
    }
    return out;
}

} // namespace

Image resample(const Image& image, int width, int height, Resampling resampling)
{
    if (image.width <= 0 || image.height <= 0 || image.rgb.size() != std::size_t { 3 } * image.width * image.height)
        throw Error(ErrorKind::Internal, "An image's size does not fit its pixels.");
    Image wide = image.width == width ? image : across(image, width, resampling);
    return wide.height == height ? wide : down(wide, height, resampling);
}

} // namespace wordsight::image
