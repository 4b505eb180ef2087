#pragma once

#include "core/model/model_config.h"
#include "core/nn/backbones/backbones.h"
#include "core/nn/formats/pickle_reader.h"
#include "core/nn/formats/safetensors.h"

namespace wordsight::train {

/// The pinned backbones, every file verified first. Throws Error{ModelMismatch}.
inline nn::Backbones openBackbones(
    const nn::FeatureOptions& features, const model::WeightsFolder& weights, torch::Device device)
{
    const auto pinned = model::configOfPinnedBackbones();
    for (const auto* file : { &pinned.imageBackbone, &pinned.textBackbone, &pinned.vocabulary })
        model::verify({ weights.path / file->path, file->sha256 });
    return { weights.path / pinned.imageBackbone.path, (weights.path / pinned.textBackbone.path).parent_path(),
        features, device };
}

/// [classes, 1280] the rows of the pinned image backbone's classifier, over its last map. Throws Error{ModelMismatch}.
inline torch::Tensor classifierRows(const model::WeightsFolder& weights)
{
    constexpr std::int64_t classes = 1000; // ImageNet's
    const auto file = weights.path / model::configOfPinnedBackbones().imageBackbone.path;
    return nn::tensorNamed(
        nn::readTorchTensors(file), "_fc.weight", { classes, nn::EfficientNetLite2Impl::kHeadChannels }, file.string());
}

} // namespace wordsight::train
