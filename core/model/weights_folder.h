#pragma once

#include <filesystem>

namespace wordsight::model {

/// Where the weights of the backbones lie that model folders name. The program says it (app/composition.h).
struct WeightsFolder {
    std::filesystem::path path;
};

} // namespace wordsight::model
