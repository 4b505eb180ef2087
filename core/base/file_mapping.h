#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace wordsight {

/// A file mapped copy-on-write: the bytes may be changed, the file never is.
class FileMapping {
public:
    /// Throws Error{UnreadableInput} with the system's reason.
    static std::shared_ptr<FileMapping> open(const std::filesystem::path& file);
    ~FileMapping();
    FileMapping(const FileMapping&) = delete;
    FileMapping& operator=(const FileMapping&) = delete;

    std::span<std::byte> bytes() const { return { m_data, m_size }; }

private:
    FileMapping(std::byte* data, std::size_t size)
        : m_data(data)
        , m_size(size)
    {
    }
    std::byte* m_data;
    std::size_t m_size;
};

} // namespace wordsight
