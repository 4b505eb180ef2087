#pragma once

#include "core/engine/library/model_source.h"

namespace wordsight::ui {

using engine::ModelFactory;
using engine::ModelSource;

} // namespace wordsight::ui
