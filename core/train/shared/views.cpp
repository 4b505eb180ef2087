#include "core/train/shared/views.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace wordsight::train {

namespace {

constexpr float kLeastSeen = 1.0f / 3;

/// The rows and columns of pixels that a stretch of a side covers: never none.
std::pair<int, int> pixels(float begin, float length, int side)
{
    const int first = std::clamp(int(std::lround(begin * float(side))), 0, side - 1);
    return { first, std::clamp(int(std::lround((begin + length) * float(side))), first + 1, side) };
}

} // namespace

View viewOf(std::int64_t image, std::int64_t number)
{
    if (number < 2)
        return { { 0, 0, 1, 1 }, number == 1 };
    std::seed_seq seed { std::uint32_t(image), std::uint32_t(number) };
    std::minstd_rand random(seed);
    const auto between
        = [&](float low, float high) { return std::uniform_real_distribution<float>(low, high)(random); };
    const float area = between(0.5f, 1), shape = std::exp(between(std::log(0.75f), std::log(4.0f / 3)));
    View view;
    view.part.w = std::min(1.0f, std::sqrt(area * shape));
    view.part.h = std::min(1.0f, std::sqrt(area / shape));
    view.part.x = between(0, 1 - view.part.w);
    view.part.y = between(0, 1 - view.part.h);
    view.mirrored = between(0, 1) < 0.5f;
    view.brightness = between(0.75f, 1.25f);
    view.contrast = between(0.75f, 1.25f);
    view.saturation = between(0.7f, 1.3f);
    return view;
}

image::Image seen(const View& view, const image::Image& photograph)
{
    const auto [left, right] = pixels(view.part.x, view.part.w, photograph.width);
    const auto [top, bottom] = pixels(view.part.y, view.part.h, photograph.height);
    const float gain = view.brightness * view.contrast, offset = 127.5f * (1 - view.contrast);
    image::Image out { right - left, bottom - top, {} };
    out.rgb.reserve(std::size_t(out.width) * out.height * 3);
    for (int y = top; y < bottom; ++y)
        for (int x = 0; x < out.width; ++x) {
            const auto* pixel
                = &photograph.rgb[(std::size_t(y) * photograph.width + (view.mirrored ? right - 1 - x : left + x)) * 3];
            const float grey = 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
            for (int c = 0; c < 3; ++c) {
                const float lit = gain * (grey + view.saturation * (pixel[c] - grey)) + offset;
                out.rgb.push_back(std::uint8_t(std::clamp(std::lround(lit), 0L, 255L)));
            }
        }
    return out;
}

std::vector<Box> seen(const View& view, std::span<const Box> boxes)
{
    std::vector<Box> out;
    for (const auto& box : boxes) {
        const float left = std::max(box.x, view.part.x), right = std::min(box.x + box.w, view.part.x + view.part.w);
        const float top = std::max(box.y, view.part.y), bottom = std::min(box.y + box.h, view.part.y + view.part.h);
        if (right <= left || bottom <= top || (right - left) * (bottom - top) < kLeastSeen * box.w * box.h)
            continue;
        Box shown { (left - view.part.x) / view.part.w, (top - view.part.y) / view.part.h, (right - left) / view.part.w,
            (bottom - top) / view.part.h };
        if (view.mirrored)
            shown.x = 1 - shown.x - shown.w;
        out.push_back(shown);
    }
    return out;
}

} // namespace wordsight::train
