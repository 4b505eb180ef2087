#include "core/engine/model_catalog.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "core/base/error.h"
#include "core/model/model_config.h"

namespace wordsight::engine {
namespace {

namespace fs = std::filesystem;

bool isModelFolder(const fs::path& folder)
{
    std::error_code ignored;
    return fs::is_regular_file(folder / "config.json", ignored);
}

std::uintmax_t bytesOf(const fs::path& file)
{
    std::error_code missing;
    const auto bytes = fs::file_size(file, missing);
    return missing ? 0 : bytes;
}

} // namespace

std::vector<InstalledModel> installedModels(const fs::path& modelsFolder)
{
    std::vector<InstalledModel> models;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(modelsFolder, none)) {
        if (!isModelFolder(entry.path()))
            continue;
        InstalledModel model;
        model.name = entry.path().filename().string();
        model.folder = entry.path();
        model.bytes = bytesOf(entry.path() / "model.safetensors");
        try {
            const auto config = model::readModelConfig(entry.path());
            model.description = config.description;
            model.licence = config.licence;
            model.architecture = config.architecture;
            model.fingerprint = model::fingerprintOf(config);
            model.takesPhotographs = config.features.inputSide > 0;
        } catch (const Error& error) {
            spdlog::warn("{}", error.what());
            continue;
        }
        models.push_back(std::move(model));
    }
    std::ranges::sort(models, {}, &InstalledModel::name);
    return models;
}

fs::path modelFolder(const fs::path& modelsFolder, const std::string& nameOrPath)
{
    for (const fs::path& folder : {modelsFolder / nameOrPath, fs::path(nameOrPath)})
        if (!nameOrPath.empty() && isModelFolder(folder))
            return folder;
    std::vector<std::string> names;
    for (const auto& model : installedModels(modelsFolder))
        names.push_back(model.name);
    throw Error(ErrorKind::ModelMismatch,
                names.empty()
                    ? fmt::format("There is no model \"{}\": {} holds none.", nameOrPath, modelsFolder.string())
                    : fmt::format("There is no model \"{}\". Installed: {}.", nameOrPath, fmt::join(names, ", ")));
}

std::vector<FileCheck> verifyModel(const fs::path& modelFolder)
{
    std::vector<FileCheck> checks;
    for (const auto& file : model::filesOf(model::readModelConfig(modelFolder), modelFolder)) {
        try {
            model::verify(file);
            checks.push_back({file.path, true, "verified"});
        } catch (const Error& error) {
            checks.push_back({file.path, false, error.what()});
        }
    }
    return checks;
}

} // namespace wordsight::engine
