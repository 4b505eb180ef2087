#include "core/align/heatmap.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/align/cubic.h"

namespace wordsight::align {

namespace {

using Table = std::array<std::uint8_t, 768>;
using Anchors = std::array<std::uint32_t, 18>; // 0xRRGGBB, evenly spaced

// Turbo: A. Mikhailov, Google, Apache-2.0. Viridis and Magma: N. Smith, S. van der Walt, E. Firing, CC0.
constexpr Anchors turbo { 0x30123b, 0x3f3e9c, 0x4666dd, 0x458cfd, 0x2fb2f4, 0x1ad4d0, 0x22ebaa, 0x52fa7a, 0x8bff4b,
    0xb7f735, 0xdbe236, 0xf5c53a, 0xfea130, 0xf9751d, 0xe84b0c, 0xce2d04, 0xa91601, 0x7a0403 };
constexpr Anchors viridis { 0x440154, 0x481769, 0x472a7a, 0x433d84, 0x3d4e8a, 0x355e8d, 0x2e6d8e, 0x297b8e, 0x23898e,
    0x1f978b, 0x21a585, 0x2eb37c, 0x46c06f, 0x65cb5e, 0x89d548, 0xb0dd2f, 0xd8e219, 0xfde725 };
constexpr Anchors magma { 0x000004, 0x090720, 0x1a1042, 0x311165, 0x4a1079, 0x621980, 0x792282, 0x912b81, 0xaa337d,
    0xc23b75, 0xd9466b, 0xec5860, 0xf7725c, 0xfc8e64, 0xfeaa74, 0xfec68a, 0xfde2a3, 0xfcfdbf };

Table interpolated(const Anchors& anchors)
{
    Table table {};
    for (std::size_t i = 0; i < 256; ++i) {
        const float position = static_cast<float>(i) / 255 * static_cast<float>(anchors.size() - 1);
        const CubicTaps taps = cubicTaps(position, anchors.size());
        for (std::size_t channel = 0; channel < 3; ++channel) {
            float value = 0;
            for (std::size_t k = 0; k < taps.index.size(); ++k)
                value += taps.weight[k] * static_cast<float>(anchors[taps.index[k]] >> (16 - 8 * channel) & 0xffu);
            table[3 * i + channel] = static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0f, 255.0f)));
        }
    }
    return table;
}

Table grays()
{
    Table table {};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = static_cast<std::uint8_t>(i / 3);
    return table;
}

} // namespace

std::span<const std::uint8_t, 768> colors(Colormap colormap)
{
    static const std::array<Table, 4> tables { interpolated(turbo), interpolated(viridis), interpolated(magma),
        grays() };
    return tables[static_cast<std::size_t>(colormap)];
}

} // namespace wordsight::align
