#pragma once

#include "core/base/enum_names.h"

namespace wordsight::train {

/// Which negatives of a triplet loss count.
enum class Negatives {
    Hardest, ///< max of hinges
    All,     ///< sum of hinges
};

constexpr auto namesOf(Negatives)
{
    return std::to_array<std::string_view>({ "hardest", "all" });
}

/// How well a region stands for boxes.
enum class Coverage {
    Soft,   ///< the share of it that lies in them
    Centre, ///< whether its centre lies in one
};

constexpr auto namesOf(Coverage)
{
    return std::to_array<std::string_view>({ "soft", "centre" });
}

} // namespace wordsight::train
