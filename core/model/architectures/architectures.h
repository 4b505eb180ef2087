#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/model/image_text_model.h"
#include "core/model/model_config.h"

namespace wordsight::model {

/// Opens a model folder of one architecture; its files are verified already. Throws Error{ModelMismatch}.
using OpenArchitecture
    = std::unique_ptr<ImageTextModel> (*)(const ModelConfig&, const std::filesystem::path& folder, DeviceChoice);

std::unique_ptr<ImageTextModel> openMite(
    const ModelConfig& config, const std::filesystem::path& folder, DeviceChoice device);
std::unique_ptr<ImageTextModel> openMlasm(
    const ModelConfig& config, const std::filesystem::path& folder, DeviceChoice device);
std::unique_ptr<ImageTextModel> openTeran(
    const ModelConfig& config, const std::filesystem::path& folder, DeviceChoice device);
std::unique_ptr<ImageTextModel> openClip(
    const ModelConfig& config, const std::filesystem::path& folder, DeviceChoice device);
std::unique_ptr<ImageTextModel> openTeran2021(
    const ModelConfig& config, const std::filesystem::path& folder, DeviceChoice device);

} // namespace wordsight::model
