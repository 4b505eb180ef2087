#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace wordsight::text {

/// A list of words and compounds ("polar bear") with a number each. Immutable, so thread-safe.
class Compounds {
public:
    /// Lines of a word or words between single spaces, in lower case, a tab and a number from 0.
    /// Throws Error{ModelMismatch} naming the file and the line that is none.
    explicit Compounds(const std::filesystem::path& file);

    /// Per word the number of the longest entry that it belongs to, from left to right; -1: of none. Case does not
    /// matter. A function word alone is no entry.
    std::vector<std::int64_t> find(std::span<const std::string> words) const;
    /// One more than the highest number.
    std::int64_t count() const { return m_count; }

private:
    std::unordered_map<std::string, std::int64_t> m_numbers;
    std::size_t m_longest = 0; ///< words of an entry
    std::int64_t m_count = 0;
};

} // namespace wordsight::text
