#pragma once

#include "core/train/trainer.h"
#include "tests/support/weights.h"

namespace wordsight::test {

/// A run on the CPU with the program's backbones.
inline train::TrainingRun run(
    const std::filesystem::path& config, const std::filesystem::path& output, bool resume = false)
{
    return { .config = config, .output = output, .resume = resume, .weights = weights() };
}

} // namespace wordsight::test
