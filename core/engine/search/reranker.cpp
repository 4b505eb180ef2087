#include "core/engine/search/reranker.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/align/pooling.h"
#include "core/base/error.h"
#include "core/engine/search/question_terms.h"
#include "core/model/pair_scorer.h"
#include "core/search/rank.h"

namespace wordsight::engine {

using search::Term;
using search::TermKind;

namespace {

constexpr std::size_t pairsAtOnce = 32; // between two questions whether to stop

/// What the library keeps of a photograph, as the model gave it.
model::ImageEncoding encodingOf(const search::Index& index, PhotoId photo)
{
    search::PhotoVectors vectors = index.vectors(photo);
    model::ImageEncoding encoding;
    encoding.regions = std::move(vectors.regions);
    encoding.global = std::move(vectors.global);
    return encoding;
}

model::PairScorer& scorerOf(model::ImageTextModel& model)
{
    if (model::PairScorer* const scorer = model.pairScorer())
        return *scorer;
    throw Error(ErrorKind::Usage,
        fmt::format("The model {} does not score pairs: it cannot re-rank.", model.info().name), Hint::ScorePairs);
}

/// The query's sentences as the model reads them. Throws Error{Usage} if the terms are no words of theirs.
std::vector<model::TextEncoding> sentencesOf(model::ImageTextModel& model, const search::Query& query)
{
    std::vector<model::TextEncoding> texts = model.encodeTexts(query.sentences);
    const bool known = std::ranges::all_of(query.terms, [&texts](const Term& term) {
        return term.source < texts.size()
            && std::ranges::all_of(term.words, [&](std::size_t word) { return word < texts[term.source].words.rows; });
    });
    if (!known)
        throw Error(ErrorKind::Usage, "Only the words of a sentence can be scored in pairs with photographs.");
    return texts;
}

/// What one photograph and the query's terms gave each other, and the region that each term looks at most.
struct ScoredPair {
    PairShares shares;
    std::vector<std::uint16_t> regions; ///< of word terms
};

/// pairs: of one photograph, one per sentence of the query.
ScoredPair scoredPair(const search::Query& query, const std::vector<const model::PairScore*>& pairs)
{
    const auto words = static_cast<std::size_t>(std::ranges::count(query.terms, TermKind::Word, &Term::kind));
    const std::size_t regions = pairs.empty() ? 0 : pairs.front()->attention.rows;
    ScoredPair scored { { Matrix(regions, words), {} }, std::vector<std::uint16_t>(words) };
    for (std::size_t column = 0; const Term& term : query.terms) {
        const model::PairScore& pair = *pairs[term.source];
        if (term.kind != TermKind::Word) {
            scored.shares.wholes.push_back(pair.rest);
            continue;
        }
        float most = 0;
        for (std::size_t r = 0; r < regions; ++r) {
            float attention = 0;
            for (const std::size_t word : term.words) {
                scored.shares.cells(r, column) += pair.attention(r, word) * pair.wordScores[word];
                attention += pair.attention(r, word);
            }
            if (attention > most) {
                most = attention;
                scored.regions[column] = static_cast<std::uint16_t>(r);
            }
        }
        ++column;
    }
    return scored;
}

std::vector<ScoredPair> scoredPairs(model::PairScorer& scorer, const search::Query& query,
    std::span<const model::TextEncoding> texts, std::span<const model::ImageEncoding> photographs)
{
    const auto prepared = scorer.prepare(photographs);
    std::vector<std::vector<model::PairScore>> bySentence;
    for (const model::TextEncoding& text : texts)
        bySentence.push_back(scorer.explain(*prepared, text));
    std::vector<ScoredPair> scored;
    for (std::size_t i = 0; i < photographs.size(); ++i) {
        std::vector<const model::PairScore*> pairs;
        for (const std::vector<model::PairScore>& sentence : bySentence)
            pairs.push_back(&sentence[i]);
        scored.push_back(scoredPair(query, pairs));
    }
    return scored;
}

/// Adds one photograph to what a search keeps.
void keep(search::TermScores& scores, const search::Query& query, PhotoId photo, const ScoredPair& scored)
{
    const std::vector<float> wordScores = align::wordScores(scored.shares.cells, query.pooling);
    for (std::size_t word = 0, whole = 0; const Term& term : query.terms) {
        const bool isWord = term.kind == TermKind::Word;
        scores.regions.push_back(isWord ? scored.regions[word] : 0);
        scores.scores.push_back(isWord ? wordScores[word++] : scored.shares.wholes[whole++]);
    }
    scores.ids.push_back(photo);
    ++scores.photos;
}

} // namespace

bool scoresPairs(model::ImageTextModel& model, const search::Query& query)
{
    return model.pairScorer() != nullptr && !query.sentences.empty();
}

search::Query pairQuery(search::Query query)
{
    query.pooling = align::Pooling::Sum;
    for (Term& term : query.terms) {
        term.modelWeight = term.weight < 0 ? kWordAgainst : 1;
        term.baseline = 0;
    }
    return query;
}

std::vector<PairShares> pairShares(
    model::ImageTextModel& model, const search::Query& query, std::span<const model::ImageEncoding> photographs)
{
    std::vector<PairShares> shares;
    for (ScoredPair& scored : scoredPairs(scorerOf(model), query, sentencesOf(model, query), photographs))
        shares.push_back(std::move(scored.shares));
    return shares;
}

SearchResult rerank(model::ImageTextModel& model, const search::Index& index, search::Query query,
    std::span<const PhotoId> shortlist, const std::stop_token& stop)
{
    model::PairScorer& scorer = scorerOf(model);
    SearchResult result;
    result.query = pairQuery(std::move(query));
    const std::vector<model::TextEncoding> texts = sentencesOf(model, result.query);
    std::vector<PhotoId> photos;
    std::ranges::copy_if(
        shortlist, std::back_inserter(photos), [&index](PhotoId photo) { return index.contains(photo); });
    auto pairs = std::make_shared<PairScores>();
    result.scores.terms = result.query.terms.size();
    for (std::size_t done = 0; done < photos.size(); done += pairsAtOnce) {
        if (stop.stop_requested())
            throw Error(ErrorKind::Cancelled, "The search was stopped.");
        const auto some = std::span(photos).subspan(done, std::min(pairsAtOnce, photos.size() - done));
        std::vector<model::ImageEncoding> encodings;
        for (const PhotoId photo : some)
            encodings.push_back(encodingOf(index, photo));
        std::vector<ScoredPair> scored = scoredPairs(scorer, result.query, texts, encodings);
        for (std::size_t i = 0; i < some.size(); ++i) {
            keep(result.scores, result.query, some[i], scored[i]);
            pairs->emplace(some[i], std::move(scored[i].shares));
        }
    }
    result.pairs = std::move(pairs);
    return result;
}

std::vector<PhotoId> best(const SearchResult& result, std::size_t k)
{
    std::vector<PhotoId> photos;
    for (const search::Hit& hit : search::rank(result.scores, result.query, k))
        photos.push_back(hit.photo);
    return photos;
}

} // namespace wordsight::engine
