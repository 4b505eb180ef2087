#include "core/engine/alignment_terms.h"

#include <optional>

namespace wordsight::engine {

namespace {

std::optional<Box> bestBox(const align::Alignment& alignment, std::size_t word)
{
    if (alignment.boxes.empty())
        return std::nullopt;
    std::size_t best = 0;
    for (std::size_t r = 1; r < alignment.matrix.rows; ++r)
        if (alignment.matrix(r, word) > alignment.matrix(best, word))
            best = r;
    return alignment.boxes[best];
}

} // namespace

std::vector<ExplainedTerm> explainedTerms(const align::Alignment& alignment)
{
    const std::vector<float> parts = align::contributions(alignment);
    const std::vector<float> earned = align::wordScores(alignment.matrix, alignment.pooling);
    std::vector<ExplainedTerm> terms;
    for (std::size_t w = 0; w < alignment.words.size(); ++w)
        terms.push_back({ alignment.words[w], search::TermKind::Word, alignment.weights[w], earned[w], parts[w],
            bestBox(alignment, w), alignment.baselines.empty() ? 0 : alignment.baselines[w] });
    if (alignment.globalWeight != 0)
        terms.push_back({ std::string(), search::TermKind::Global, alignment.globalWeight, alignment.globalScore,
            align::globalContribution(alignment), Box { 0, 0, 1, 1 }, 0 });
    for (const align::AlignedPart& part : alignment.parts)
        terms.push_back({ part.label, search::TermKind::Part, part.weight, part.score, part.contribution(),
            Box { 0, 0, 1, 1 }, 0 });
    return terms;
}

} // namespace wordsight::engine
