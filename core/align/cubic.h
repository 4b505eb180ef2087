#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace wordsight::align {

/// The four samples, and their weights, that a value between samples is made of.
struct CubicTaps {
    std::array<std::size_t, 4> index;
    std::array<float, 4> weight;
};

/// Cubic convolution with a = −1/2 (Keys 1981, eq. 4): passes through the samples and is exact for parabolas.
/// `position` in samples (0 = the first); beyond the ends the end samples repeat. count ≥ 1.
inline CubicTaps cubicTaps(float position, std::size_t count)
{
    const float clamped = std::clamp(position, 0.0f, static_cast<float>(count - 1));
    const float base = std::floor(clamped);
    const float t = clamped - base;
    CubicTaps taps;
    for (std::size_t k = 0; k < 4; ++k) {
        const float sample = base + static_cast<float>(k) - 1;
        taps.index[k] = static_cast<std::size_t>(std::clamp(sample, 0.0f, static_cast<float>(count - 1)));
    }
    taps.weight = { t * (t * (1 - 0.5f * t) - 0.5f), t * t * (1.5f * t - 2.5f) + 1, t * (t * (2 - 1.5f * t) + 0.5f),
        t * t * (0.5f * t - 0.5f) };
    return taps;
}

} // namespace wordsight::align
