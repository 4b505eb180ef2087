#pragma once

#include "core/search/index.h"
#include "core/store/library.h"

namespace wordsight::search {

/// Exact MaxSim over the mapped vector file (half floats × float, accumulated in float; SIMD chosen at run time), on
/// `threads` threads (0: one per core).
class HighwayIndex final : public Index {
public:
    explicit HighwayIndex(store::ModelRows rows, int threads = 0);

    std::span<const PhotoId> photos() const override { return m_rows.photos; }
    bool contains(PhotoId photo) const override;
    std::size_t extend(TermScores& known, const Query& query, std::stop_token stop = {}) const override;
    Cosines cosines(PhotoId photo, const Query& query) const override;
    PhotoVectors vectors(PhotoId photo) const override;
    std::span<const Box> boxes(PhotoId photo) const override;

private:
    std::optional<std::size_t> placeOf(PhotoId photo) const;
    std::size_t rowOf(PhotoId photo) const;

    store::ModelRows m_rows;
    std::vector<std::uint32_t> m_byId; ///< places in m_rows, by photograph; empty where m_rows is in that order itself
    int m_threads;
};

} // namespace wordsight::search
