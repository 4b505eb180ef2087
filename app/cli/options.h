#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "core/model/image_text_model.h"

namespace wordsight::app::cli {

/// The options of every command that works with a model.
struct ModelOptions {
    std::string name;
    std::string device = "auto";

    void addTo(CLI::App& command);
    std::unique_ptr<model::ImageTextModel> open() const;
};

} // namespace wordsight::app::cli
