#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/model/weights_folder.h"

namespace wordsight::engine {

/// A model that is installed: a folder with config.json and model.safetensors. All that its configuration says,
/// without opening it.
struct InstalledModel {
    std::string name;
    std::filesystem::path folder;
    std::string description;
    std::string licence;
    std::uintmax_t bytes = 0;
    std::string architecture;
    std::string fingerprint;      ///< what its vectors are known by in a library
    bool takesPhotographs = true; ///< else features that were made elsewhere: it cannot index photographs
};

/// The models below all `modelsFolders` (the user's own, those that came with the program), by name. Where two have one
/// name, the one of the first folder counts. Folders whose configuration cannot be read are logged and left out.
std::vector<InstalledModel> installedModels(const std::vector<std::filesystem::path>& modelsFolders);

/// The model of one folder. Throws Error if its configuration cannot be read.
InstalledModel installedModel(const std::filesystem::path& folder);

/// Folder of a model by name, or by path to a model folder. Throws Error{ModelMismatch} listing what there is.
std::filesystem::path modelFolder(
    const std::vector<std::filesystem::path>& modelsFolders, const std::string& nameOrPath);

/// Every file that a model needs, checked against its SHA-256. One entry per file.
struct FileCheck {
    std::filesystem::path file;
    bool ok = false;
    std::string message; ///< "verified", or what is wrong
    Hint hint = Hint::None;
};
std::vector<FileCheck> verifyModel(const std::filesystem::path& modelFolder, const model::WeightsFolder& weights);

} // namespace wordsight::engine
