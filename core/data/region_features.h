#pragma once

#include <vector>

#include "core/data/box.h"
#include "core/data/matrix.h"

namespace wordsight {

/// The regions of a photograph as another program found and described them (bottom-up attention and its like).
struct RegionFeatures {
    Matrix features;           ///< [R × F] as they were computed there
    std::vector<Box> boxes;    ///< [R] fractions of the photograph; empty: not known
    std::vector<float> global; ///< features of the whole photograph; empty: none
};

} // namespace wordsight
