#pragma once

#include <array>
#include <cstddef>

namespace wordsight::ui {

/// Of two things side by side.
enum class Side { Left, Right };
inline constexpr std::array kSides { Side::Left, Side::Right };
constexpr Side otherThan(Side side)
{
    return side == Side::Left ? Side::Right : Side::Left;
}
constexpr std::size_t indexOf(Side side)
{
    return static_cast<std::size_t>(side);
}

} // namespace wordsight::ui
