#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace wordsight::image {

/// The ICC profile of a PNG file; empty where it has none, or none that can be read.
std::vector<std::byte> profileOfPng(std::span<const std::byte> png);

/// The file without what it says of its colours (cHRM, gAMA, iCCP, sRGB): libpng then leaves its numbers as they are.
std::vector<std::byte> withoutColourChunks(std::span<const std::byte> png);

} // namespace wordsight::image
