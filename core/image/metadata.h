#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace wordsight::image {

/// What a photograph says of itself (EXIF). `orientation` is EXIF's 1..8.
struct Metadata {
    int orientation = 1;
    std::optional<std::string> takenAt; ///< ISO 8601, local time as the camera wrote it
    std::optional<std::string> camera;
};

/// Never throws: damaged EXIF is the same as none.
Metadata readMetadata(std::span<const std::byte> bytes);

/// Width and height of the upright photograph, without decoding it. Throws as inspect() does.
std::pair<int, int> uprightSize(std::span<const std::byte> bytes);

} // namespace wordsight::image
