#include "core/engine/alignment_terms.h"

namespace wordsight::engine {

namespace {

Box bestBox(const align::Alignment& alignment, std::size_t word)
{
    std::size_t best = 0;
    for (std::size_t r = 1; r < alignment.matrix.rows; ++r)
        if (alignment.matrix(r, word) > alignment.matrix(best, word))
            best = r;
    return best < alignment.boxes.size() ? alignment.boxes[best] : Box { 0, 0, 1, 1 };
}

} // namespace

std::vector<ExplainedTerm> explainedTerms(const align::Alignment& alignment)
{
    const std::vector<float> parts = align::contributions(alignment);
    const std::vector<float> earned = align::earnings(alignment.matrix, alignment.pooling);
    std::vector<ExplainedTerm> terms;
    for (std::size_t w = 0; w < alignment.words.size(); ++w)
        terms.push_back({ alignment.words[w], search::TermKind::Word, alignment.weights[w], earned[w], parts[w],
            bestBox(alignment, w), alignment.baselines.empty() ? 0 : alignment.baselines[w] });
    if (alignment.globalWeight != 0)
        terms.push_back({ {}, search::TermKind::Global, alignment.globalWeight, alignment.globalScore,
            align::globalContribution(alignment), { 0, 0, 1, 1 }, 0 });
    return terms;
}

} // namespace wordsight::engine
