#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/model_catalog.h"
#include "core/model/image_text_model.h"

namespace wordsight::ui {

/// Opens a model by its name; an empty name stands for the one used where nobody has chosen. Called on background
/// threads; throws Error with a sentence for a person.
using ModelFactory = std::function<std::unique_ptr<model::ImageTextModel>(const std::string& name)>;

/// The models that the window can work with.
struct ModelSource {
    ModelFactory open;
    std::function<std::vector<engine::InstalledModel>()> installed; ///< called on background threads
    std::string standard;                                           ///< the name that an empty one stands for
};

} // namespace wordsight::ui
