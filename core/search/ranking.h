#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/search/rank.h"

namespace wordsight::search {

/// All photographs of a search, best first. The first of many are in order at once, the others when one of them is
/// asked for: putting a million in order takes longer than searching them. May be used by any thread.
class Ranking {
public:
    /// hits: as rankAll() gives them, the first `ordered` in order.
    Ranking(std::vector<Hit> hits, std::size_t ordered);

    std::size_t size() const { return m_hits.size(); }
    /// How many have their place without further work.
    std::size_t ordered() const { return m_ordered; }
    /// In no order beyond ordered().
    std::span<const Hit> hits() const { return m_hits; }
    /// The hit at a place, from 0.
    const Hit& at(std::size_t place) const;
    std::optional<std::size_t> placeOf(PhotoId photo) const;

private:
    const std::vector<Hit> m_hits;
    const std::size_t m_ordered;
    mutable std::once_flag m_sorting;
    mutable std::vector<Hit> m_rest; ///< those beyond m_ordered in order, once one was asked for
};

} // namespace wordsight::search
