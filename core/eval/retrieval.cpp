#include "core/eval/retrieval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace wordsight::eval {

namespace {

/// Under Worst, a score that is not a number stands behind everything.
bool standsBefore(float other, float score, Ties ties) { return ties == Ties::Best ? other > score : !(other < score); }

std::vector<std::size_t> imageRanks(const Matrix& scores, std::span<const std::size_t> owner, Ties ties)
{
    std::vector<std::size_t> ranks;
    for (std::size_t image = 0; image < scores.rows; ++image) {
        float best = -std::numeric_limits<float>::infinity();
        for (std::size_t c = 0; c < scores.cols; ++c)
            if (owner[c] == image)
                best = std::max(best, scores(image, c));
        std::size_t rank = 0;
        for (std::size_t c = 0; c < scores.cols; ++c)
            rank += owner[c] != image && standsBefore(scores(image, c), best, ties);
        ranks.push_back(rank);
    }
    return ranks;
}

std::vector<std::size_t> captionRanks(const Matrix& scores, std::span<const std::size_t> owner, Ties ties)
{
    std::vector<std::size_t> ranks(scores.cols);
    for (std::size_t image = 0; image < scores.rows; ++image)
        for (std::size_t c = 0; c < scores.cols; ++c)
            ranks[c] += owner[c] != image && standsBefore(scores(image, c), scores(owner[c], c), ties);
    return ranks;
}

} // namespace

Recalls recalls(std::vector<std::size_t> ranks)
{
    if (ranks.empty())
        return {};
    const auto count = static_cast<double>(ranks.size());
    const auto below = [&](std::size_t k) {
        return 100 * static_cast<double>(std::ranges::count_if(ranks, [k](std::size_t rank) { return rank < k; })) / count;
    };
    std::ranges::sort(ranks);
    const std::size_t median = (ranks[(ranks.size() - 1) / 2] + ranks[ranks.size() / 2]) / 2;
    const double mean = std::accumulate(ranks.begin(), ranks.end(), 0.0) / count;
    return { below(1), below(5), below(10), static_cast<double>(median + 1), mean + 1 };
}

Ranks ranks(const Matrix& scores, std::span<const std::size_t> owner, Ties ties)
{
    return { imageRanks(scores, owner, ties), captionRanks(scores, owner, ties) };
}

RetrievalResult retrieval(const Matrix& scores, std::span<const std::size_t> owner, Ties ties)
{
    const Ranks of = ranks(scores, owner, ties);
    return { recalls(of.images), recalls(of.captions) };
}

} // namespace wordsight::eval
