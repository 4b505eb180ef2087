#include "core/eval/retrieval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace wordsight::eval {

namespace {

/// Under Worst, a score that is not a number stands behind everything.
bool standsBefore(float other, float score, Ties ties)
{
    return ties == Ties::Best ? other > score : !(other < score);
}

/// How many scores of other images' captions stand before `own`. Counted without branches, as it is done for every
/// pair.
std::size_t countBefore(
    std::span<const float> scores, float own, std::span<const std::size_t> owner, std::size_t image, Ties ties)
{
    std::size_t count = 0;
    for (std::size_t c = 0; c < scores.size(); ++c)
        count += static_cast<std::size_t>(owner[c] != image)
            & static_cast<std::size_t>(standsBefore(scores[c], own, ties));
    return count;
}

std::vector<std::size_t> imageRanks(MatrixView scores, std::span<const std::size_t> owner, Ties ties)
{
    std::vector<float> best(scores.rows, -std::numeric_limits<float>::infinity());
    for (std::size_t c = 0; c < scores.cols; ++c)
        best[owner[c]] = std::max(best[owner[c]], scores(owner[c], c));
    std::vector<std::size_t> ranks;
    for (std::size_t image = 0; image < scores.rows; ++image)
        ranks.push_back(countBefore(scores.row(image), best[image], owner, image, ties));
    return ranks;
}

std::vector<std::size_t> captionRanks(MatrixView scores, std::span<const std::size_t> owner, Ties ties)
{
    std::vector<float> own;
    for (std::size_t c = 0; c < scores.cols; ++c)
        own.push_back(scores(owner[c], c));
    std::vector<std::size_t> ranks(scores.cols);
    for (std::size_t image = 0; image < scores.rows; ++image) {
        const std::span<const float> row = scores.row(image);
        for (std::size_t c = 0; c < row.size(); ++c)
            ranks[c] += static_cast<std::size_t>(owner[c] != image)
                & static_cast<std::size_t>(standsBefore(row[c], own[c], ties));
    }
    return ranks;
}

} // namespace

Recalls recalls(std::vector<std::size_t> ranks)
{
    if (ranks.empty())
        return {};
    const auto count = static_cast<double>(ranks.size());
    const auto below = [&](std::size_t k) {
        return 100 * static_cast<double>(std::ranges::count_if(ranks, [k](std::size_t rank) { return rank < k; }))
            / count;
    };
    const auto upper = ranks.begin() + static_cast<std::ptrdiff_t>(ranks.size() / 2);
    std::ranges::nth_element(ranks, upper);
    const std::size_t lower = ranks.size() % 2 == 1 ? *upper : *std::max_element(ranks.begin(), upper);
    const std::size_t median = (lower + *upper) / 2;
    const double mean = std::accumulate(ranks.begin(), ranks.end(), 0.0) / count;
    return { below(1), below(5), below(10), static_cast<double>(median + 1), mean + 1 };
}

Ranks ranks(MatrixView scores, std::span<const std::size_t> owner, Ties ties)
{
    return { imageRanks(scores, owner, ties), captionRanks(scores, owner, ties) };
}

RetrievalResult retrieval(MatrixView scores, std::span<const std::size_t> owner, Ties ties)
{
    const Ranks of = ranks(scores, owner, ties);
    return { recalls(of.images), recalls(of.captions) };
}

std::vector<double> recallCurve(std::span<const std::size_t> ranks, std::size_t length)
{
    std::vector<double> curve(length);
    for (const std::size_t rank : ranks)
        if (rank < length)
            curve[rank] += 100 / static_cast<double>(ranks.size());
    std::partial_sum(curve.begin(), curve.end(), curve.begin());
    return curve;
}

} // namespace wordsight::eval
