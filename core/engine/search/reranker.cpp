#include "core/engine/search/reranker.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/align/pooling.h"
#include "core/base/error.h"
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

/// The region that each word looks at most.
std::vector<std::uint16_t> mostAttended(const Matrix& attention)
{
    std::vector<std::uint16_t> best(attention.cols);
    for (std::size_t w = 0; w < attention.cols; ++w)
        for (std::size_t r = 1; r < attention.rows; ++r)
            if (attention(r, w) > attention(best[w], w))
                best[w] = static_cast<std::uint16_t>(r);
    return best;
}

PairShares sharesOf(model::PairScore pair)
{
    PairShares shares { std::move(pair.attention), pair.rest };
    for (std::size_t r = 0; r < shares.cells.rows; ++r)
        for (std::size_t w = 0; w < shares.cells.cols; ++w)
            shares.cells(r, w) *= pair.wordScores[w];
    return shares;
}

model::PairScorer& scorerOf(model::ImageTextModel& model)
{
    if (model::PairScorer* const scorer = model.pairScorer())
        return *scorer;
    throw Error(ErrorKind::Usage,
        fmt::format(
            "The model {} does not score pairs: it cannot re-rank. MLASM can (--rerank mlasm).", model.info().name));
}

/// The query's sentence as the model reads it. Throws Error{Usage} if its words are not the query's terms.
model::TextEncoding wordsOf(model::ImageTextModel& model, const search::Query& query)
{
    model::TextEncoding text = std::move(model.encodeTexts({ &query.sentence, 1 }).front());
    const auto words = std::ranges::count(query.terms, TermKind::Word, &Term::kind);
    if (query.sentence.empty() || static_cast<std::size_t>(words) != text.words.rows)
        throw Error(ErrorKind::Usage, "Only the words of a sentence can be scored in pairs with photographs.");
    return text;
}

/// Adds one photograph to what a search keeps.
void keep(search::TermScores& scores, const search::Query& query, PhotoId photo, const PairShares& shares,
    const std::vector<std::uint16_t>& regions)
{
    const std::vector<float> wordScores = align::wordScores(shares.cells, query.pooling);
    for (std::size_t word = 0; const Term& term : query.terms) {
        const bool isWord = term.kind == TermKind::Word;
        scores.scores.push_back(isWord ? wordScores[word] : shares.global);
        scores.regions.push_back(isWord ? regions[word] : 0);
        word += isWord ? 1 : 0;
    }
    scores.ids.push_back(photo);
    ++scores.photos;
}

} // namespace

bool scoresPairs(model::ImageTextModel& model, const search::Query& query)
{
    return model.pairScorer() != nullptr && !query.sentence.empty();
}

search::Query pairQuery(search::Query query)
{
    query.pooling = align::Pooling::Sum;
    for (Term& term : query.terms) {
        term.modelWeight = 1;
        term.baseline = 0;
    }
    return query;
}

std::vector<PairShares> pairShares(
    model::ImageTextModel& model, const std::string& sentence, std::span<const model::ImageEncoding> photographs)
{
    model::PairScorer& scorer = scorerOf(model);
    const model::TextEncoding text = std::move(model.encodeTexts({ &sentence, 1 }).front());
    std::vector<PairShares> shares;
    for (model::PairScore& pair : scorer.explain(*scorer.prepare(photographs), text))
        shares.push_back(sharesOf(std::move(pair)));
    return shares;
}

SearchResult rerank(model::ImageTextModel& model, const search::Index& index, search::Query query,
    std::span<const PhotoId> shortlist, const std::stop_token& stop)
{
    model::PairScorer& scorer = scorerOf(model);
    SearchResult result;
    result.query = pairQuery(std::move(query));
    const model::TextEncoding text = wordsOf(model, result.query);
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
        std::vector<model::PairScore> scored = scorer.explain(*scorer.prepare(encodings), text);
        for (std::size_t i = 0; i < some.size(); ++i) {
            const std::vector<std::uint16_t> regions = mostAttended(scored[i].attention);
            const auto& shares = pairs->emplace(some[i], sharesOf(std::move(scored[i]))).first->second;
            keep(result.scores, result.query, some[i], shares, regions);
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
