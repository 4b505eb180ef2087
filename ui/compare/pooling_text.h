#pragma once

#include <array>

#include <QString>

#include "core/align/pooling.h"

namespace wordsight::ui {

inline constexpr std::array kPoolings { align::Pooling::MrSw, align::Pooling::MrAVGw, align::Pooling::MwSr,
    align::Pooling::Symmetric, align::Pooling::Sum, align::Pooling::Mean };

QString poolingName(align::Pooling pooling);  ///< "MrSw: best region of each word, summed"
QString poolingShort(align::Pooling pooling); ///< "MrSw"

} // namespace wordsight::ui
