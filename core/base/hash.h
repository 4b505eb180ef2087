#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

struct XXH3_state_s; // of xxHash

namespace wordsight {

/// XXH3-128 of the bytes as 32 hex digits: names the content of a photograph, whatever its path.
std::string contentHash(std::span<const std::byte> bytes);

/// The same of bytes that come part by part.
class ContentHasher {
public:
    ContentHasher();
    void add(std::span<const std::byte> bytes);
    std::string text() const;

private:
    struct Free {
        void operator()(XXH3_state_s* state) const;
    };
    std::unique_ptr<XXH3_state_s, Free> m_state;
};

/// SHA-256 of a file as 64 hex digits: verifies weights. Throws Error{UnreadableInput}.
std::string sha256OfFile(const std::filesystem::path& file);

} // namespace wordsight
