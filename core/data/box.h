#pragma once

namespace wordsight {

/// A rectangle as fractions of the upright photograph: 0 ≤ x, y; x + w, y + h ≤ 1.
struct Box {
    float x = 0;
    float y = 0;
    float w = 0;
    float h = 0;
    bool operator==(const Box&) const = default;
};

} // namespace wordsight
