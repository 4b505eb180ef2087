#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/box.h"
#include "core/image/image.h"

namespace wordsight::train {

/// How training sees a photograph: which part of it, mirrored or not, in which light.
struct View {
    Box part { 0, 0, 1, 1 };
    bool mirrored = false;
    float brightness = 1, contrast = 1, saturation = 1; ///< factors; contrast about the middle grey
    bool operator==(const View&) const = default;
};

/// View `number` of photograph `image`, always the same: 0 the photograph, 1 mirrored, from 2 on a part of 50 to 100 %
/// of its area in any of 4:3 to 3:4 of its shape, mirrored or not, in other light.
View viewOf(std::int64_t image, std::int64_t number);

/// What the view shows of a photograph.
image::Image seen(const View& view, const image::Image& photograph);

/// Where boxes of a photograph lie in the view; those of which less than a third is seen are left out.
std::vector<Box> seen(const View& view, std::span<const Box> boxes);

} // namespace wordsight::train
