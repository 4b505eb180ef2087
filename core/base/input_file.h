#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "core/base/descriptor.h"

namespace wordsight {

/// A regular file that is read in pieces, wherever one likes. Thread-safe.
class InputFile {
public:
    /// Throws Error{UnreadableInput} with the file's name and the system's reason.
    explicit InputFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_path; }
    std::size_t size() const { return m_size; } ///< when it was opened
    /// Fills `target` from byte `at` on, or as far as the file goes; returns how many bytes that were.
    std::size_t readAt(std::size_t at, std::span<std::byte> target) const;

private:
    std::filesystem::path m_path;
    Descriptor m_descriptor;
    std::size_t m_size = 0;
};

} // namespace wordsight
