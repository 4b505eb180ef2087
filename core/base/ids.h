#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace wordsight {

/// A row id that cannot be mistaken for another kind of id.
template <class Tag> struct Id {
    std::int64_t value = 0;
    auto operator<=>(const Id&) const = default;
};

using PhotoId = Id<struct PhotoTag>;

} // namespace wordsight

template <class Tag> struct std::hash<wordsight::Id<Tag>> {
    std::size_t operator()(wordsight::Id<Tag> id) const noexcept { return std::hash<std::int64_t> {}(id.value); }
};
