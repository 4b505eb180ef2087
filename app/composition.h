#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/library/model_source.h"
#include "core/model/image_text_model.h"

namespace wordsight::app {

inline constexpr const char* defaultModel = "default";

/// Threads of Torch and OpenCV, which program decodes photographs, and where log lines go. Once, first thing in main.
void configure();

std::string version();

/// Where the user's own models are put: $WORDSIGHT_MODELS, else wordsight/models in the user's data folder
/// ($XDG_DATA_HOME, else ~/.local/share). It need not exist.
std::filesystem::path userModelsFolder();

/// The models that came with the program: ../share/wordsight/models beside it where it is installed, else models/ of
/// the tree that it was built in.
std::filesystem::path programModelsFolder();

/// Where backbone weights lie: $WORDSIGHT_DEPS, else ../share/wordsight/weights beside the program, else the
/// dependencies of the build. A file that is missing there is named when a model needs it.
model::WeightsFolder weightsFolder();

/// Both, the user's first: everywhere models are looked for by name.
std::vector<std::filesystem::path> modelsFolders();

/// A model by name or by folder. Throws Error{ModelMismatch}.
std::unique_ptr<model::ImageTextModel> openModel(
    const std::string& nameOrPath = defaultModel, DeviceChoice device = DeviceChoice::Auto);

/// All installed models, to be opened on one device.
engine::ModelSource modelSource(DeviceChoice device = DeviceChoice::Auto);

} // namespace wordsight::app
