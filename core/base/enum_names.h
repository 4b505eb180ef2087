#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace wordsight {

/// An enum whose values have names in files and for people. Beside it stands its one table of them,
///     constexpr auto namesOf(Colour) { return std::to_array<std::string_view>({ "red", "green" }); }
/// in the order of its values, which begin at 0 and have no gaps.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E value)
{
    namesOf(value);
};

template <NamedEnum E> constexpr std::string_view nameOf(E value)
{
    return namesOf(value)[static_cast<std::size_t>(value)];
}

/// The value of this name, spelled exactly so.
template <NamedEnum E> constexpr std::optional<E> named(std::string_view name)
{
    constexpr auto names = namesOf(E {});
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<E>(found - names.begin());
}

} // namespace wordsight
