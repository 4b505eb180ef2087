#include "core/search/ranking.h"

#include <algorithm>

namespace wordsight::search {

Ranking::Ranking(std::vector<Hit> hits, std::size_t ordered)
    : m_hits(std::move(hits))
    , m_ordered(std::min(ordered, m_hits.size()))
{
}

const Hit& Ranking::at(std::size_t place) const
{
    if (place < m_ordered)
        return m_hits[place];
    std::call_once(m_sorting, [this] {
        m_rest.assign(m_hits.begin() + static_cast<std::ptrdiff_t>(m_ordered), m_hits.end());
        std::ranges::sort(m_rest, better);
    });
    return m_rest[place - m_ordered];
}

std::optional<std::size_t> Ranking::placeOf(PhotoId photo) const
{
    const auto found = std::ranges::find(m_hits, photo, &Hit::photo);
    if (found == m_hits.end())
        return std::nullopt;
    const auto place = static_cast<std::size_t>(found - m_hits.begin());
    if (place < m_ordered)
        return place;
    return m_ordered
        + static_cast<std::size_t>(std::count_if(m_hits.begin() + static_cast<std::ptrdiff_t>(m_ordered), m_hits.end(),
            [&](const Hit& hit) { return better(hit, *found); }));
}

} // namespace wordsight::search
