#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/model_catalog.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// Opens a model by its name; an empty name stands for the one used where nobody has chosen. Called on any thread;
/// throws Error with a sentence for a person.
using ModelFactory = std::function<std::unique_ptr<model::ImageTextModel>(const std::string& name)>;

/// The models that a program can work with.
struct ModelSource {
    ModelFactory open;
    std::function<std::vector<InstalledModel>()> installed; ///< called on any thread
    std::string standard;                                   ///< the name that an empty one stands for
};

/// What a model's configuration says, by name or by folder; nothing where it cannot be found or read (opening it tells
/// why).
std::optional<InstalledModel> describe(const ModelSource& models, const std::string& name);

} // namespace wordsight::engine
