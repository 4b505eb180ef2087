#pragma once

#include <memory>

#include "core/engine/search/answer.h"

namespace wordsight::ui {

using engine::TermWeight;

/// All that the window shows of a library for what was asked. Immutable once made.
using SearchOutcome = engine::Answer;
using OutcomePtr = std::shared_ptr<const SearchOutcome>;

/// How many photographs of a ranking are explained at a time.
constexpr std::size_t kPageLength = 200;

} // namespace wordsight::ui
