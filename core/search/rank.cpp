#include "core/search/rank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace wordsight::search {

namespace {

/// What each term's score, less its baseline, is multiplied by.
std::vector<float> termFactors(const Query& query)
{
    std::vector<float> wordWeights;
    for (const Term& term : query.terms)
        if (term.kind == TermKind::Word)
            wordWeights.push_back(term.effectiveWeight());
    const std::vector<float> wordFactors = align::factors(wordWeights, query.pooling);
    std::vector<float> factors;
    for (std::size_t word = 0; const Term& term : query.terms)
        factors.push_back(term.kind == TermKind::Word ? wordFactors[word++] : term.effectiveWeight());
    return factors;
}

void contributionsInto(std::span<float> parts, const TermScores& scores, const Query& query,
    std::span<const float> factors, std::size_t row)
{
    const float* found = scores.scores.data() + row * scores.terms;
    for (std::size_t t = 0; t < parts.size(); ++t)
        parts[t] = factors[t] == 0 ? 0 : factors[t] * (found[t] - query.terms[t].baseline);
}

} // namespace

std::vector<float> contributions(const TermScores& scores, const Query& query, std::size_t row)
{
    std::vector<float> parts(scores.terms);
    contributionsInto(parts, scores, query, termFactors(query), row);
    return parts;
}

std::vector<Hit> rank(const TermScores& scores, const Query& query, std::size_t k)
{
    const std::vector<float> factors = termFactors(query);
    std::vector<float> parts(scores.terms);
    std::vector<Hit> hits;
    hits.reserve(scores.photos);
    for (std::size_t row = 0; row < scores.photos; ++row) {
        contributionsInto(parts, scores, query, factors, row);
        const float score = std::accumulate(parts.begin(), parts.end(), 0.0f);
        // A damaged vector must not upset the order of the others.
        hits.push_back({ scores.ids[row], row, std::isnan(score) ? -std::numeric_limits<float>::infinity() : score });
    }
    const auto better
        = [](const Hit& a, const Hit& b) { return a.score != b.score ? a.score > b.score : a.photo < b.photo; };
    const auto count = static_cast<std::ptrdiff_t>(std::min(k, hits.size()));
    std::ranges::partial_sort(hits, hits.begin() + count, better);
    hits.resize(static_cast<std::size_t>(count));
    return hits;
}

} // namespace wordsight::search
