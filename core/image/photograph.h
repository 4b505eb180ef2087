#pragma once

#include "core/image/decode.h"
#include "core/image/metadata.h"

namespace wordsight::image {

/// All that is read of a photograph's file.
struct Photograph {
    Image pixels;
    Metadata metadata;
    int width = 0; ///< upright, in full, whatever size `pixels` has
    int height = 0;
    std::string note {}; ///< a sentence on what is wrong with the file, though the picture is whole; empty: nothing
};

/// decode(), readMetadata() and uprightSize() at one go. Throws as decode(). Thread-safe.
Photograph readPhotograph(std::span<const std::byte> bytes, const DecodeOptions& options = {});

} // namespace wordsight::image
