#pragma once

#include <cstddef>

namespace wordsight {

/// Bytes [begin, end) of a UTF-8 sentence.
struct TextSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool operator==(const TextSpan&) const = default;
};

} // namespace wordsight
