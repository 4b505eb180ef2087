#pragma once

#include "core/image/photograph.h"

/// The decoders themselves, where they are called: in the helper processes, and in programs that have none.
namespace wordsight::image {

Image decodeInProcess(std::span<const std::byte> bytes, const DecodeOptions& options);
/// As above; `note`: what is wrong with a file that is read all the same.
Image decodeInProcess(std::span<const std::byte> bytes, const DecodeOptions& options, std::string& note);
Metadata readMetadataInProcess(std::span<const std::byte> bytes);
std::pair<int, int> uprightSizeInProcess(std::span<const std::byte> bytes);

/// What is wanted of a photograph.
struct Wanted {
    bool pixels = true;
    bool metadata = true;
    bool size = true;
};
Photograph readInProcess(std::span<const std::byte> bytes, const Wanted& wanted, const DecodeOptions& options);

} // namespace wordsight::image
