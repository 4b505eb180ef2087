#pragma once

#include <CLI/CLI.hpp>

namespace wordsight::app::cli {

void addModelsGet(CLI::App& models); ///< below `models`

} // namespace wordsight::app::cli
