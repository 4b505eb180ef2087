#pragma once

#include <functional>
#include <memory>
#include <vector>

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

class SharedBytes;

/// A photograph's file, taken whole at one moment, and kept where the helper process that decodes it sees it rather
/// than in this one. Where there are no helpers, here.
class PhotographFile {
public:
    /// `seen` is shown all bytes, part by part, in order. Throws Error{UnreadableInput} where the file cannot be read,
    /// Error{Io} where there is no room.
    PhotographFile(const std::filesystem::path& file, const std::function<void(std::span<const std::byte>)>& seen);
    ~PhotographFile();
    PhotographFile(const PhotographFile&) = delete;
    PhotographFile& operator=(const PhotographFile&) = delete;

    /// As readPhotograph().
    Photograph read(const DecodeOptions& options = {}) const;

private:
    std::vector<std::byte> m_bytes;
    std::unique_ptr<SharedBytes> m_shared;
};

} // namespace wordsight::image
