#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <QString>

#include "ui/shared/search_outcome.h"

namespace wordsight::ui {

/// Where a photograph stands in one ranking, seen from another.
struct RankDelta {
    std::optional<std::size_t> other; ///< its rank there, from 1; absent: it is not ranked there
    int places = 0;                   ///< how much better it stands here; negative: worse
    bool operator==(const RankDelta&) const = default;
};

/// "▲3", "▼2", "=" or "new".
QString deltaText(const RankDelta& delta);

/// One for each place of `here` that is in order (Answer::ordered()), seen from those of `there`.
std::vector<RankDelta> rankDeltas(const SearchOutcome& here, const SearchOutcome& there);

/// How far two rankings are of one mind.
struct RankAgreement {
    std::size_t best = 0;   ///< how many of the best were looked at on either side
    std::size_t shared = 0; ///< of them among the best of both
    std::size_t common = 0; ///< photographs that both rank
    double correlation = 0; ///< Spearman's, of the ranks among these; 1 where there are fewer than two
};
RankAgreement agreement(const SearchOutcome& left, const SearchOutcome& right, std::size_t best = 10);

} // namespace wordsight::ui
