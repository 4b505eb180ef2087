#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace wordsight::text {

/// The merges of a byte-pair encoding (Sennrich et al., ACL 2016): which two neighbours become one piece, in the order
/// in which they were learnt. Immutable once filled, so thread-safe.
class BytePairMerges {
public:
    void reserve(std::size_t merges) { m_merges.reserve(merges); }
    /// The next one in rank: `left` and `right` become `joined`. The first of equal pairs counts.
    void add(std::int32_t left, std::int32_t right, std::int32_t joined);

    /// Joins the pair of the lowest rank, the leftmost of equals, until no neighbours have one. O(n log n).
    std::vector<std::int32_t> apply(std::vector<std::int32_t> pieces) const;

private:
    struct Merge {
        std::size_t rank = 0;
        std::int32_t joined = 0;
    };
    const Merge* find(std::int32_t left, std::int32_t right) const;

    std::unordered_map<std::uint64_t, Merge> m_merges;
    std::size_t m_ranks = 0;
};

} // namespace wordsight::text
