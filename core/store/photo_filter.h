#pragma once

#include <chrono>
#include <optional>

namespace wordsight::store {

/// Which photographs of a library are looked at. Nothing set: all of them.
struct PhotoFilter {
    // Days as the clock on the wall showed them, both included (Photo::shownAt).
    std::optional<std::chrono::local_days> from;
    std::optional<std::chrono::local_days> to;

    bool operator==(const PhotoFilter&) const = default;
};

} // namespace wordsight::store
