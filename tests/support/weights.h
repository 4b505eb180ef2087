#pragma once

#include "app/composition.h"

namespace wordsight::test {

/// Where the program finds the backbones.
inline model::WeightsFolder weights()
{
    return app::weightsFolder();
}

} // namespace wordsight::test
