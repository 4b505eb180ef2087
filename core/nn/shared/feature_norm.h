#pragma once

#include "core/base/enum_names.h"

namespace wordsight::nn {

/// How features are brought to a common length before a network sees them (normaliseGroups).
enum class FeatureNorm {
    None,
    L2,
    SqrtL2, ///< the signed square root of every number first
};

constexpr auto namesOf(FeatureNorm)
{
    return std::to_array<std::string_view>({ "none", "l2", "sqrt-l2" });
}

} // namespace wordsight::nn
