#include "core/eval/ndcg.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace wordsight::eval {

namespace {

constexpr std::size_t columnsAtOnce = 64; // a mapped file is read by the page

/// Rows [first, first + count) of the transposed matrix.
Matrix columns(MatrixView matrix, std::size_t first, std::size_t count)
{
    Matrix result(count, matrix.rows);
    for (std::size_t r = 0; r < matrix.rows; ++r)
        for (std::size_t c = 0; c < count; ++c)
            result(c, r) = matrix(r, first + c);
    return result;
}

/// `ranking`: relevances in the order of their items; the first `depth` count.
double gain(std::span<const float> ranking)
{
    double sum = 0;
    for (std::size_t rank = 0; rank < ranking.size(); ++rank)
        sum += (std::exp2(static_cast<double>(ranking[rank])) - 1) / std::log2(static_cast<double>(rank) + 2);
    return sum;
}

/// A score that is not a number stands behind all others.
float comparable(float score)
{
    return std::isnan(score) ? -std::numeric_limits<float>::infinity() : score;
}

double ofQuery(std::span<const float> scores, std::span<const float> relevance, Ties ties, std::size_t depth)
{
    depth = std::min(depth, scores.size());
    const auto top = static_cast<std::ptrdiff_t>(depth);
    std::vector<float> best(relevance.begin(), relevance.end());
    std::ranges::partial_sort(best, best.begin() + top, std::greater {});
    const double ideal = gain(std::span(best).first(depth));
    if (ideal == 0)
        return 0;
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    const auto standsBefore = [&](std::size_t a, std::size_t b) {
        const float left = comparable(scores[a]), right = comparable(scores[b]);
        if (left != right)
            return left > right;
        return ties == Ties::Worst ? relevance[a] < relevance[b] : relevance[a] > relevance[b];
    };
    std::ranges::partial_sort(order, order.begin() + top, standsBefore);
    std::vector<float> ranked;
    for (std::size_t rank = 0; rank < depth; ++rank)
        ranked.push_back(relevance[order[rank]]);
    return gain(ranked) / ideal;
}

/// One value per row of `rows`; `other` is transposed a few columns at a time.
std::vector<double> ofQueries(MatrixView rows, MatrixView other,
    const std::function<double(std::span<const float>, std::span<const float>)>& query)
{
    std::vector<double> values;
    while (values.size() < rows.rows) {
        const std::size_t first = values.size();
        const Matrix block = columns(other, first, std::min(columnsAtOnce, rows.rows - first));
        for (std::size_t r = 0; r < block.rows; ++r)
            values.push_back(query(rows.row(first + r), block.row(r)));
    }
    return values;
}

double mean(const std::vector<double>& values)
{
    return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

} // namespace

NdcgOfQueries ndcgOfQueries(MatrixView scores, MatrixView relevance, Ties ties, std::size_t depth)
{
    using Row = std::span<const float>;
    return { ofQueries(scores, relevance, [&](Row s, Row r) { return ofQuery(s, r, ties, depth); }),
        ofQueries(relevance, scores, [&](Row r, Row s) { return ofQuery(s, r, ties, depth); }) };
}

Ndcg mean(const NdcgOfQueries& values)
{
    std::vector<double> images = values.images;
    std::erase(images, 0.0);
    return { mean(images), mean(values.captions) };
}

} // namespace wordsight::eval
