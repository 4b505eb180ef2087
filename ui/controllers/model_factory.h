#pragma once

#include <functional>
#include <memory>

#include "core/model/image_text_model.h"

namespace wordsight::ui {

/// Opens the model that the window works with. Called on a background thread, once for searching and once for every
/// indexing run; throws Error with a sentence for a person.
using ModelFactory = std::function<std::unique_ptr<model::ImageTextModel>()>;

} // namespace wordsight::ui
