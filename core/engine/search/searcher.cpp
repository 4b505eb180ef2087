#include "core/engine/search/searcher.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <ranges>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/engine/search/reranker.h"
#include "core/search/rank.h"

namespace wordsight::engine {

using search::Term;
using search::TermKind;

namespace {

/// All of an alignment but the cosines.
align::Alignment outline(const search::Query& query, std::vector<Box> boxes)
{
    align::Alignment alignment;
    alignment.boxes = std::move(boxes);
    alignment.pooling = query.pooling;
    for (const Term& term : query.terms) {
        if (term.kind == TermKind::Part)
            alignment.parts.push_back({ term.label, 0, term.effectiveWeight() });
        if (term.kind == TermKind::Global)
            alignment.globalWeight = term.effectiveWeight();
        if (term.kind != TermKind::Word)
            continue;
        alignment.words.push_back(term.label);
        alignment.spans.push_back(term.span);
        alignment.weights.push_back(term.effectiveWeight());
        alignment.baselines.push_back(term.baseline);
    }
    return alignment;
}

/// Of every choice only the term that adds most counts in this photograph, as search::rank() has it.
void settleChoices(align::Alignment& alignment, const search::Query& query, std::span<const float> wholes)
{
    const std::vector<float> parts = align::contributions(alignment);
    std::map<int, std::pair<float, std::size_t>> best;
    for (std::size_t word = 0; const Term& term : query.terms) {
        if (term.kind != TermKind::Word)
            continue;
        if (const auto [known, isNew] = best.try_emplace(term.choice, parts[word], word); !isNew && term.choice >= 0) {
            const bool better = parts[word] > known->second.first;
            alignment.weights[better ? known->second.second : word] = 0;
            if (better)
                known->second = { parts[word], word };
        }
        ++word;
    }
    std::optional<float> global;
    for (std::size_t part = 0, w = 0; const Term& term : query.terms) {
        if (term.kind == TermKind::Part)
            alignment.parts[part++].score = wholes[w++];
        if (term.kind != TermKind::Global)
            continue;
        const float score = wholes[w++];
        if (!global || term.effectiveWeight() * score > alignment.globalWeight * *global) {
            alignment.globalWeight = term.effectiveWeight();
            alignment.globalScore = score;
            global = score;
        }
    }
}

align::Alignment alignPair(const search::Query& query, std::vector<Box> boxes, const PairShares& shares)
{
    align::Alignment alignment = outline(query, std::move(boxes));
    alignment.matrix = shares.cells;
    settleChoices(alignment, query, shares.wholes);
    return alignment;
}

/// What pair scoring said of a photograph. Throws Error{ModelMismatch} if it was not scored.
const PairShares& sharesOf(const PairScores& pairs, PhotoId photo)
{
    const auto found = pairs.find(photo);
    if (found == pairs.end())
        throw Error(
            ErrorKind::ModelMismatch, fmt::format("Photograph {} is not among those that were scored.", photo.value));
    return found->second;
}

Matrix wordVectors(const search::Query& query, std::size_t dimension)
{
    Matrix vectors(0, dimension);
    for (const Term& term : query.terms)
        if (term.kind == TermKind::Word) {
            vectors.data.insert(vectors.data.end(), term.vector.begin(), term.vector.end());
            ++vectors.rows;
        }
    return vectors;
}

align::Alignment alignEncoding(model::ImageTextModel& model, model::ImageEncoding encoding, const search::Query& query)
{
    const model::ModelInfo& info = model.info();
    if (scoresPairs(model, query)) {
        const PairShares shares = std::move(pairShares(model, query, { &encoding, 1 }).front());
        return alignPair(pairQuery(query), info.boxes.empty() ? encoding.boxes : info.boxes, shares);
    }
    align::Alignment alignment = outline(query, info.boxes.empty() ? encoding.boxes : info.boxes);
    alignment.matrix = align::alignmentMatrix(encoding.regions, wordVectors(query, encoding.regions.cols));
    std::vector<float> wholes;
    for (const Term& term : query.terms)
        if (term.kind != TermKind::Word)
            wholes.push_back(
                std::inner_product(encoding.global.begin(), encoding.global.end(), term.vector.begin(), 0.0f));
    settleChoices(alignment, query, wholes);
    return alignment;
}

/// Where a term's best region lies.
std::optional<Box> placeOf(const Term& term, std::span<const Box> boxes, std::size_t region)
{
    if (term.kind != TermKind::Word)
        return Box { 0, 0, 1, 1 };
    return region < boxes.size() ? std::optional(boxes[region]) : std::nullopt;
}

std::vector<ExplainedTerm> termsOf(
    const search::Query& query, const search::TermScores& scores, std::size_t row, std::span<const Box> boxes)
{
    const std::vector<float> parts = search::contributions(scores, query, row);
    std::vector<ExplainedTerm> terms;
    for (std::size_t t = 0; t < scores.terms; ++t) {
        const Term& term = query.terms[t];
        const std::size_t at = row * scores.terms + t;
        terms.push_back({ term.label, term.kind, term.effectiveWeight(), scores.scores[at], parts[t],
            placeOf(term, boxes, scores.regions[at]), term.baseline, term.functionWord });
    }
    return terms;
}

/// The region that a word meets best; of shares, which may be below zero as a whole, the one with the largest.
std::uint16_t strongest(const Matrix& cells, std::size_t word, bool shares)
{
    std::size_t best = 0;
    for (std::size_t r = 1; r < cells.rows; ++r)
        if (shares ? std::abs(cells(r, word)) > std::abs(cells(best, word)) : cells(r, word) > cells(best, word))
            best = r;
    return static_cast<std::uint16_t>(best);
}

} // namespace

search::Query parseQuery(model::ImageTextModel& model, const std::string& sentence)
{
    const model::ModelInfo& info = model.info();
    model::TextEncoding text = std::move(model.encodeTexts({ &sentence, 1 }).front());
    search::Query query { {}, info.pooling, { sentence }, text.truncated, text.otherLanguage };
    for (std::size_t w = 0; w < text.words.rows; ++w) {
        const auto vector = text.words.row(w);
        const bool unknown = std::ranges::find(text.unknown, text.texts[w]) != text.unknown.end();
        query.terms.push_back({ TermKind::Word, { vector.begin(), vector.end() }, text.weights[w], 1, text.texts[w],
            text.spans[w], unknown, text.baselines.empty() ? 0 : text.baselines[w],
            w < text.functionWords.size() && text.functionWords[w], 0, -1, { w } });
    }
    const bool saysSomething = std::ranges::any_of(text.global, [](float value) { return value != 0; });
    if (info.globalWeight != 0 && saysSomething)
        query.terms.push_back(
            { TermKind::Global, std::move(text.global), info.globalWeight, 1, sentence, { 0, sentence.size() } });
    return query;
}

std::vector<ExplainedHit> explain(const SearchResult& result, std::vector<search::Hit>& ranking,
    const search::Index& index, const store::Library& library, std::size_t k)
{
    const search::TermScores& scores = result.scores;
    std::vector<ExplainedHit> explained;
    std::vector<std::size_t> gone; // removed from the library since the search
    for (std::size_t i = 0; i < ranking.size() && explained.size() < k; ++i) {
        const search::Hit& hit = ranking[i];
        auto photo = library.photo(hit.photo);
        if (!photo) {
            gone.push_back(i);
            continue;
        }
        explained.push_back({ explained.size() + 1, std::move(*photo), hit.score,
            termsOf(result.query, scores, hit.row, index.boxes(hit.photo)) });
    }
    for (const std::size_t i : gone | std::views::reverse)
        ranking.erase(ranking.begin() + static_cast<std::ptrdiff_t>(i));
    return explained;
}

std::vector<ExplainedHit> explain(
    const SearchResult& result, const search::Index& index, const store::Library& library, std::size_t k)
{
    std::vector<search::Hit> ranking = search::rank(result.scores, result.query, k);
    return explain(result, ranking, index, library, k);
}

std::vector<ExplainedTerm> explainTerms(
    const search::Index& index, PhotoId photo, const search::Query& query, const PairScores* pairs)
{
    Matrix cells;
    std::vector<float> wholes;
    if (pairs) {
        const PairShares& shares = sharesOf(*pairs, photo);
        cells = shares.cells;
        wholes = shares.wholes;
    } else {
        search::Cosines cosines = index.cosines(photo, query);
        cells = std::move(cosines.words);
        wholes = std::move(cosines.globals);
    }
    search::TermScores scores;
    scores.photos = 1;
    scores.terms = query.terms.size();
    const std::vector<float> words = align::wordScores(cells, query.pooling);
    for (std::size_t word = 0, whole = 0; const Term& term : query.terms) {
        const bool isWord = term.kind == TermKind::Word;
        scores.scores.push_back(isWord ? words[word] : wholes[whole++]);
        scores.regions.push_back(isWord ? strongest(cells, word++, pairs != nullptr) : 0);
    }
    return termsOf(query, scores, 0, index.boxes(photo));
}

align::Alignment alignStored(
    const search::Index& index, PhotoId photo, const search::Query& query, const PairScores* pairs)
{
    const std::span<const Box> stored = index.boxes(photo);
    std::vector<Box> boxes(stored.begin(), stored.end());
    if (pairs)
        return alignPair(query, std::move(boxes), sharesOf(*pairs, photo));
    align::Alignment alignment = outline(query, std::move(boxes));
    search::Cosines cosines = index.cosines(photo, query);
    alignment.matrix = std::move(cosines.words);
    settleChoices(alignment, query, cosines.globals);
    return alignment;
}

align::Alignment alignImage(model::ImageTextModel& model, const image::Image& image, const search::Query& query)
{
    return alignEncoding(model, std::move(model.encodeImages({ &image, 1 }).front()), query);
}

align::Alignment alignFeatures(model::ImageTextModel& model, const RegionFeatures& features, const search::Query& query)
{
    return alignEncoding(model, std::move(model.encodeFeatures({ &features, 1 }).front()), query);
}

} // namespace wordsight::engine
