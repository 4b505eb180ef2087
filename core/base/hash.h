#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace wordsight {

/// XXH3-128 of the bytes as 32 hex digits: names the content of a photograph, whatever its path.
std::string contentHash(std::span<const std::byte> bytes);

/// SHA-256 of a file as 64 hex digits: verifies weights. Throws Error{UnreadableInput}.
std::string sha256OfFile(const std::filesystem::path& file);

} // namespace wordsight
