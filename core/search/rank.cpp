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
    std::vector<int> choices;
    for (const Term& term : query.terms) {
        if (term.kind != TermKind::Word)
            continue;
        // Where the pooling is a mean, a choice counts as one word: its others are left out of the number.
        const bool counted = term.choice >= 0 && std::ranges::find(choices, term.choice) != choices.end();
        wordWeights.push_back(counted ? 0 : term.effectiveWeight());
        if (wordWeights.back() != 0)
            choices.push_back(term.choice);
    }
    const std::vector<float> wordFactors = align::factors(wordWeights, query.pooling);
    const auto counting = std::ranges::find_if(wordWeights, [](float weight) { return weight != 0; });
    const float share = counting == wordWeights.end() ? 1 : wordFactors[counting - wordWeights.begin()] / *counting;
    std::vector<float> factors;
    for (std::size_t word = 0; const Term& term : query.terms) {
        if (term.kind != TermKind::Word)
            factors.push_back(term.effectiveWeight());
        else if (const float factor = wordFactors[word++]; factor != 0)
            factors.push_back(factor);
        else
            factors.push_back(share * term.effectiveWeight());
    }
    return factors;
}

/// Of every choice only the term that adds most stays; of equals the first.
void settleChoices(std::span<float> parts, const Query& query)
{
    for (std::size_t t = 0; t < parts.size(); ++t)
        for (std::size_t u = t + 1; query.terms[t].choice >= 0 && u < parts.size(); ++u)
            if (query.terms[u].choice == query.terms[t].choice)
                (parts[u] > parts[t] ? parts[t] : parts[u]) = -std::numeric_limits<float>::infinity();
    std::ranges::replace(parts, -std::numeric_limits<float>::infinity(), 0.0f);
}

void contributionsInto(std::span<float> parts, const TermScores& scores, const Query& query,
    std::span<const float> factors, std::size_t row)
{
    const float* found = scores.scores.data() + row * scores.terms;
    for (std::size_t t = 0; t < parts.size(); ++t)
        parts[t] = factors[t] == 0 ? 0 : factors[t] * (found[t] - query.terms[t].baseline);
    settleChoices(parts, query);
}

} // namespace

std::vector<float> contributions(const TermScores& scores, const Query& query, std::size_t row)
{
    std::vector<float> parts(scores.terms);
    contributionsInto(parts, scores, query, termFactors(query), row);
    return parts;
}

std::vector<Hit> rankAll(const TermScores& scores, const Query& query, std::size_t ordered)
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
    if (ordered < hits.size())
        std::ranges::partial_sort(hits, hits.begin() + static_cast<std::ptrdiff_t>(ordered), better);
    else
        std::ranges::sort(hits, better); // far faster than a partial sort of everything
    return hits;
}

std::vector<Hit> rank(const TermScores& scores, const Query& query, std::size_t k)
{
    std::vector<Hit> hits = rankAll(scores, query, k);
    hits.resize(std::min(k, hits.size()));
    return hits;
}

} // namespace wordsight::search
