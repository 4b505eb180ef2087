#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace wordsight::engine {

/// A file that may be a photograph.
struct FoundFile {
    std::filesystem::path path; ///< absolute
    std::int64_t bytes = 0;
    std::int64_t modified = 0; ///< nanoseconds since the epoch
};

/// The photographs below `paths` (folders, recursively, or single files), by path, each once. Hidden folders, `skip`
/// and links to folders are left out. Throws Error{UnreadableInput} for a path that does not exist.
std::vector<FoundFile> findPhotographs(std::span<const std::filesystem::path> paths, const std::filesystem::path& skip);

} // namespace wordsight::engine
