#include "core/text/byte_pair_merges.h"

#include <functional>
#include <queue>
#include <tuple>

namespace wordsight::text {
namespace {

constexpr std::int32_t kTaken = -1; ///< of a place whose piece went into the one to its left

std::uint64_t keyOf(std::int32_t left, std::int32_t right)
{
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
}

/// A pair that could be joined when it was seen; what it was made of is compared before it is.
struct Candidate {
    std::size_t rank;
    std::size_t at;
    std::int32_t left, right, joined;

    bool operator>(const Candidate& other) const { return std::tie(rank, at) > std::tie(other.rank, other.at); }
};

} // namespace

void BytePairMerges::add(std::int32_t left, std::int32_t right, std::int32_t joined)
{
    m_merges.try_emplace(keyOf(left, right), Merge { m_ranks++, joined });
}

const BytePairMerges::Merge* BytePairMerges::find(std::int32_t left, std::int32_t right) const
{
    const auto found = m_merges.find(keyOf(left, right));
    return found == m_merges.end() ? nullptr : &found->second;
}

std::vector<std::int32_t> BytePairMerges::apply(std::vector<std::int32_t> pieces) const
{
    const std::size_t count = pieces.size();
    std::vector<std::size_t> before(count), behind(count);
    for (std::size_t i = 0; i < count; ++i) {
        before[i] = i - 1; // of the first: beyond the end
        behind[i] = i + 1;
    }
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
    const auto look = [&](std::size_t at) {
        if (at >= count || behind[at] >= count)
            return;
        const std::int32_t left = pieces[at], right = pieces[behind[at]];
        if (const Merge* merge = find(left, right))
            candidates.push({ merge->rank, at, left, right, merge->joined });
    };
    for (std::size_t i = 0; i < count; ++i)
        look(i);
    while (!candidates.empty()) {
        const Candidate next = candidates.top();
        candidates.pop();
        const std::size_t other = behind[next.at];
        if (pieces[next.at] != next.left || other >= count || pieces[other] != next.right)
            continue; // one of the two has been joined with another since
        pieces[next.at] = next.joined;
        pieces[other] = kTaken;
        behind[next.at] = behind[other];
        if (behind[other] < count)
            before[behind[other]] = next.at;
        look(before[next.at]);
        look(next.at);
    }
    std::erase(pieces, kTaken);
    return pieces;
}

} // namespace wordsight::text
