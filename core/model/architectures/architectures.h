#pragma once

#include <filesystem>
#include <memory>

#include "core/base/device_choice.h"
#include "core/model/model_config.h"
#include "core/model/weights_folder.h"

namespace wordsight::model {

class ImageTextModel;

/// A model folder whose files are verified.
struct VerifiedModel {
    ModelConfig config;
    std::filesystem::path folder;
    WeightsFolder weights;
};

// One for each shape of model, for the table in core/model/architecture.cpp. They throw Error{ModelMismatch}.
std::unique_ptr<ImageTextModel> openClip(const VerifiedModel& model, DeviceChoice device);
std::unique_ptr<ImageTextModel> openMite(const VerifiedModel& model, DeviceChoice device);
std::unique_ptr<ImageTextModel> openMlasm(const VerifiedModel& model, DeviceChoice device);
std::unique_ptr<ImageTextModel> openTeran(const VerifiedModel& model, DeviceChoice device);
std::unique_ptr<ImageTextModel> openTeran2021(const VerifiedModel& model, DeviceChoice device);

} // namespace wordsight::model
