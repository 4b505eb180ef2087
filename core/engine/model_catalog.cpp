#include "core/engine/model_catalog.h"

#include <map>

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

/// Adds the models of one folder whose names are not taken yet. Names that begin with a dot are models in the making.
void addModels(const fs::path& folder, std::map<std::string, InstalledModel>& models)
{
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.') || models.contains(name) || !isModelFolder(entry.path()))
            continue;
        try {
            models[name] = installedModel(entry.path());
        } catch (const Error& error) {
            spdlog::warn("{}", error.what());
        }
    }
}

} // namespace

InstalledModel installedModel(const fs::path& folder)
{
    const auto config = model::readModelConfig(folder);
    return { folder.filename().string(), folder, config.description, config.licence,
        bytesOf(folder / "model.safetensors"), std::string(nameOf(config.architecture)), model::fingerprintOf(config),
        model::takesPhotographs(config) };
}

std::vector<InstalledModel> installedModels(const std::vector<fs::path>& modelsFolders)
{
    std::map<std::string, InstalledModel> models;
    for (const auto& folder : modelsFolders)
        addModels(folder, models);
    std::vector<InstalledModel> sorted;
    for (auto& [name, model] : models)
        sorted.push_back(std::move(model));
    return sorted;
}

fs::path modelFolder(const std::vector<fs::path>& modelsFolders, const std::string& nameOrPath)
{
    std::vector<fs::path> places;
    for (const auto& folder : modelsFolders)
        places.push_back(folder / nameOrPath);
    places.emplace_back(nameOrPath);
    for (const auto& folder : places)
        if (!nameOrPath.empty() && isModelFolder(folder))
            return folder;
    if (!nameOrPath.empty() && (nameOrPath.front() == ' ' || nameOrPath.back() == ' '))
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("There is no model \"{}\": there is a blank at the beginning or end of its name.", nameOrPath));
    std::vector<std::string> names;
    for (const auto& model : installedModels(modelsFolders))
        names.push_back(model.name);
    if (!names.empty())
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("There is no model \"{}\". Installed: {}.", nameOrPath, fmt::join(names, ", ")));
    std::vector<std::string> searched;
    for (const auto& folder : modelsFolders)
        searched.push_back(folder.string());
    throw Error(ErrorKind::ModelMismatch,
        fmt::format("There is no model \"{}\": no model is installed in {}.", nameOrPath, fmt::join(searched, " or ")));
}

std::vector<FileCheck> verifyModel(const fs::path& modelFolder, const model::WeightsFolder& weights)
{
    std::vector<FileCheck> checks;
    for (const auto& file : model::filesOf(model::readModelConfig(modelFolder), modelFolder, weights)) {
        try {
            model::verify(file);
            checks.push_back({ file.path, true, "verified" });
        } catch (const Error& error) {
            checks.push_back({ file.path, false, error.what(), error.hint() });
        }
    }
    return checks;
}

} // namespace wordsight::engine
