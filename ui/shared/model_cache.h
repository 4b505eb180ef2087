#pragma once

#include "core/engine/library/model_cache.h"

namespace wordsight::ui {

using engine::ModelCache;

} // namespace wordsight::ui
