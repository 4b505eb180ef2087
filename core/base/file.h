#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wordsight {

/// With its dot, letters A to Z made small: ".jpg" of "A.JPG".
std::string lowerSuffix(const std::filesystem::path& file);

/// The whole file. Throws Error{UnreadableInput} with the file's name and the system's reason.
std::vector<std::byte> readFile(const std::filesystem::path& file);
std::string readTextFile(const std::filesystem::path& file);

enum class Durability {
    Synced,     ///< survives a power cut; costs milliseconds
    Replaceable ///< what can be made again, as thumbnails can
};

/// Writes beside `file`, syncs, then renames over it: a reader sees the old content or the new,
/// never a half. Throws Error{Io}. Thread-safe.
void writeFileAtomically(
    const std::filesystem::path& file, std::span<const std::byte> bytes, Durability durability = Durability::Synced);
void writeFileAtomically(const std::filesystem::path& file, std::string_view text);

} // namespace wordsight
