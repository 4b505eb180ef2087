#pragma once

#include <QString>

#include "core/base/progress.h"

namespace wordsight::ui {

/// "Encoding photographs · 320 of 1,000 · 14.2 per second · 48 s left", as far as it is known.
QString progressText(const Progress& progress);

} // namespace wordsight::ui
