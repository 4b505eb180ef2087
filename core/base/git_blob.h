#pragma once

#include <filesystem>
#include <string>

namespace wordsight {

/// The name that Git gives a file's content: 40 hex digits. Throws Error{UnreadableInput}.
std::string gitBlobHashOfFile(const std::filesystem::path& file);

} // namespace wordsight
