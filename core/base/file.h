#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wordsight {

/// The whole file. Throws Error{UnreadableInput} with the file's name and the system's reason.
std::vector<std::byte> readFile(const std::filesystem::path& file);
std::string readTextFile(const std::filesystem::path& file);

/// Writes beside `file`, syncs, then renames over it: a reader sees the old content or the new,
/// never a half. Throws Error{Io}.
void writeFileAtomically(const std::filesystem::path& file, std::span<const std::byte> bytes);
void writeFileAtomically(const std::filesystem::path& file, std::string_view text);

} // namespace wordsight
