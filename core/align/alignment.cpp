#include "core/align/alignment.h"

#include <numeric>

namespace wordsight::align {

Matrix alignmentMatrix(const Matrix& regions, const Matrix& words)
{
    Matrix result(regions.rows, words.rows);
    for (std::size_t r = 0; r < regions.rows; ++r)
        for (std::size_t w = 0; w < words.rows; ++w)
            result(r, w) = std::inner_product(regions.row(r).begin(), regions.row(r).end(), words.row(w).begin(), 0.0f);
    return result;
}

std::vector<float> contributions(const Alignment& alignment)
{
    std::vector<float> result = wordScores(alignment.matrix, alignment.pooling);
    const std::vector<float> factor = factors(alignment.weights, alignment.pooling);
    for (std::size_t w = 0; w < result.size(); ++w)
        result[w] = factor[w] * (result[w] - (alignment.baselines.empty() ? 0 : alignment.baselines[w]));
    return result;
}

float score(const Alignment& alignment)
{
    const std::vector<float> parts = contributions(alignment);
    const float whole = std::accumulate(parts.begin(), parts.end(), 0.0f) + globalContribution(alignment);
    return std::accumulate(alignment.parts.begin(), alignment.parts.end(), whole,
        [](float sum, const AlignedPart& part) { return sum + part.contribution(); });
}

} // namespace wordsight::align
