#pragma once

#include "core/model/internal/frozen_features.h"
#include "core/model/model_config.h"

namespace wordsight::train {

/// The pinned backbones, every file verified first. Throws Error{ModelMismatch}.
inline model::FrozenBackbones openBackbones(const model::FeatureOptions& features, torch::Device device)
{
    const auto pinned = model::configOfPinnedBackbones();
    const auto weights = model::weightsFolder();
    for (const auto* file : {&pinned.imageBackbone, &pinned.textBackbone, &pinned.vocabulary})
        model::verify({weights / file->path, file->sha256});
    return {weights / pinned.imageBackbone.path, (weights / pinned.textBackbone.path).parent_path(), features, device};
}

} // namespace wordsight::train
