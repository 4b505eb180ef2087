#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/model/image_text_model.h"

namespace wordsight::app {

inline constexpr const char* defaultModel = "default";

/// Threads of Torch and OpenCV, and where log lines go. Once, first thing in main.
void configure();

std::string version();

/// $WORDSIGHT_MODELS, else models/ of the source tree, else ../share/wordsight/models beside the program.
std::filesystem::path modelsFolder();

/// A model by name or by folder. Throws Error{ModelMismatch}.
std::unique_ptr<model::ImageTextModel> openModel(const std::string& nameOrPath = defaultModel,
                                                 model::DeviceChoice device = model::DeviceChoice::Auto);

} // namespace wordsight::app
