#include "ui/shared/rank_comparison.h"

#include <algorithm>
#include <unordered_map>

#include <QCoreApplication>

namespace wordsight::ui {

namespace {

using Ranks = std::unordered_map<PhotoId, std::size_t>; // from 1, by photograph

Ranks ranksOf(const SearchOutcome& found)
{
    Ranks ranks;
    ranks.reserve(found.ordered());
    for (std::size_t place = 0; place < found.ordered(); ++place)
        ranks.emplace(found.photoAt(place), place + 1);
    return ranks;
}

/// Ranks among the photographs of both, from 0, in the order of `left`.
std::vector<std::size_t> ranksInRight(const SearchOutcome& left, const SearchOutcome& right)
{
    const Ranks inLeft = ranksOf(left);
    Ranks inRight;
    for (std::size_t place = 0; place < right.ordered(); ++place)
        if (const PhotoId photo = right.photoAt(place); inLeft.contains(photo))
            inRight.emplace(photo, inRight.size());
    std::vector<std::size_t> ranks;
    for (std::size_t place = 0; place < left.ordered(); ++place)
        if (const auto found = inRight.find(left.photoAt(place)); found != inRight.end())
            ranks.push_back(found->second);
    return ranks;
}

} // namespace

QString deltaText(const RankDelta& delta)
{
    if (!delta.other)
        return QCoreApplication::translate("RankDelta", "new");
    if (delta.places == 0)
        return QStringLiteral("=");
    return (delta.places > 0 ? QStringLiteral("▲%1") : QStringLiteral("▼%1")).arg(std::abs(delta.places));
}

std::vector<RankDelta> rankDeltas(const SearchOutcome& here, const SearchOutcome& there)
{
    const Ranks ranks = ranksOf(there);
    std::vector<RankDelta> deltas;
    for (std::size_t place = 0; place < here.ordered(); ++place) {
        const auto other = ranks.find(here.photoAt(place));
        if (other == ranks.end())
            deltas.push_back({});
        else
            deltas.push_back({ other->second, static_cast<int>(other->second) - static_cast<int>(place + 1) });
    }
    return deltas;
}

RankAgreement agreement(const SearchOutcome& left, const SearchOutcome& right, std::size_t best)
{
    RankAgreement result;
    result.best = std::min({ best, left.ordered(), right.ordered() });
    const Ranks inRight = ranksOf(right);
    for (std::size_t i = 0; i < result.best; ++i)
        if (const auto found = inRight.find(left.photoAt(i)); found != inRight.end())
            result.shared += found->second <= result.best ? 1 : 0;
    const std::vector<std::size_t> ranks = ranksInRight(left, right);
    result.common = ranks.size();
    result.correlation = 1;
    const auto n = static_cast<double>(ranks.size());
    if (ranks.size() < 2)
        return result;
    double squares = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        const double apart = static_cast<double>(ranks[i]) - static_cast<double>(i);
        squares += apart * apart;
    }
    result.correlation = 1 - 6 * squares / (n * (n * n - 1));
    return result;
}

} // namespace wordsight::ui
