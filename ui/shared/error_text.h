#pragma once

#include <QString>

#include "core/base/error.h"

namespace wordsight::ui {

/// What went wrong, and what to do about it in the window.
QString errorText(const Error& error);

} // namespace wordsight::ui
