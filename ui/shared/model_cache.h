#pragma once

#include "core/engine/library/model_cache.h"
#include "ui/shared/model_source.h"

namespace wordsight::ui {

using engine::ModelCache;

} // namespace wordsight::ui
