#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/model/weights_folder.h"

namespace wordsight::model {

/// What is to become a model folder.
struct ImportRequest {
    std::filesystem::path source;     ///< a checkpoint, or a folder in another program's layout
    std::string architecture;         ///< which importer reads it ("teran", ...); empty: the one that recognises it
    std::string name;                 ///< of the new model: one folder name
    std::filesystem::path models;     ///< the folder that the model's folder is made in
    WeightsFolder weights;            ///< the backbones'
    std::filesystem::path vocabulary; ///< of a text encoder that brings none; empty: the one that Wordsight has
    bool replace = false;             ///< an existing model of this name makes room
    bool asPublished = true; ///< words and masks exactly as the authors' code has them, where that differs from ours
    int textHeads = 0;       ///< attention heads of a text encoder that does not say; 0: by its width
};

struct ImportedModel {
    std::filesystem::path folder;
    std::string architecture;
    std::string description;
    std::uintmax_t bytes = 0; ///< of model.safetensors
};

/// Throws Error{Usage} for what cannot be the name of a model: empty, a path, a dot or a blank at its ends.
void checkModelName(const std::string& name);

/// Reads foreign weights without running anything of theirs and writes <models>/<name>/ with config.json,
/// model.safetensors and what else the architecture needs. The folder appears complete or not at all, whenever the
/// program is stopped. Throws Error{Usage} for the name, Error{UnreadableInput, ModelMismatch} naming the source and
/// what is wrong or refused in it, Error{Io}.
ImportedModel importModel(const ImportRequest& request);

/// Deletes what programs that were killed while importing left in the folder; importModel() begins with it.
void clearUnfinishedImports(const std::filesystem::path& models);

/// Deletes <models>/<name>/. Throws Error{Usage} if there is no such model, Error{Io}.
void removeModel(const std::filesystem::path& models, const std::string& name);

} // namespace wordsight::model
