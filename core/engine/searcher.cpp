#include "core/engine/searcher.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/engine/reranker.h"

namespace wordsight::engine {

using search::Term;
using search::TermKind;

namespace {

std::size_t indexOf(const store::ModelRows& rows, PhotoId photo)
{
    const auto found = std::ranges::find(rows.photos, photo);
    if (found == rows.photos.end())
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("Photograph {} is not indexed with this model. Index its folder again.", photo.value));
    return static_cast<std::size_t>(found - rows.photos.begin());
}

/// All of an alignment but the cosines.
align::Alignment outline(const search::Query& query, std::vector<Box> boxes)
{
    align::Alignment alignment;
    alignment.boxes = std::move(boxes);
    alignment.pooling = query.pooling;
    for (const Term& term : query.terms) {
        if (term.kind == TermKind::Global) {
            alignment.globalWeight = term.effectiveWeight();
            continue;
        }
        alignment.words.push_back(term.label);
        alignment.spans.push_back(term.span);
        alignment.weights.push_back(term.effectiveWeight());
        alignment.baselines.push_back(term.baseline);
    }
    return alignment;
}

align::Alignment alignPair(const search::Query& query, std::vector<Box> boxes, const search::PairShares& shares)
{
    align::Alignment alignment = outline(query, std::move(boxes));
    alignment.matrix = shares.cells;
    alignment.globalScore = shares.global;
    return alignment;
}

/// What pair scoring said of a photograph. Throws Error{ModelMismatch} if it was not scored.
const search::PairShares& sharesOf(const search::Query& query, PhotoId photo)
{
    const auto found = query.pairs->find(photo);
    if (found == query.pairs->end())
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
        const search::PairShares shares = std::move(pairShares(model, query.sentence, { &encoding, 1 }).front());
        return alignPair(pairQuery(query), info.boxes.empty() ? std::move(encoding.boxes) : info.boxes, shares);
    }
    align::Alignment alignment = outline(query, info.boxes.empty() ? std::move(encoding.boxes) : info.boxes);
    alignment.matrix = align::alignmentMatrix(encoding.regions, wordVectors(query, encoding.regions.cols));
    for (const Term& term : query.terms)
        if (term.kind == TermKind::Global)
            alignment.globalScore
                = std::inner_product(encoding.global.begin(), encoding.global.end(), term.vector.begin(), 0.0f);
    return alignment;
}

/// Where a term's best region lies.
std::optional<Box> placeOf(const Term& term, std::span<const Box> boxes, std::size_t region)
{
    if (term.kind == TermKind::Global)
        return Box { 0, 0, 1, 1 };
    return region < boxes.size() ? std::optional(boxes[region]) : std::nullopt;
}

} // namespace

search::Query parseQuery(model::ImageTextModel& model, const std::string& sentence)
{
    const model::ModelInfo& info = model.info();
    model::TextEncoding text = std::move(model.encodeTexts({ &sentence, 1 }).front());
    search::Query query { {}, info.pooling, sentence };
    for (std::size_t w = 0; w < text.words.rows; ++w) {
        const auto vector = text.words.row(w);
        const bool unknown = std::ranges::find(text.unknown, text.texts[w]) != text.unknown.end();
        query.terms.push_back({ TermKind::Word, { vector.begin(), vector.end() }, text.weights[w], 1, text.texts[w],
            text.spans[w], unknown, text.baselines.empty() ? 0 : text.baselines[w] });
    }
    const bool saysSomething = std::ranges::any_of(text.global, [](float value) { return value != 0; });
    if (info.globalWeight != 0 && saysSomething)
        query.terms.push_back(
            { TermKind::Global, std::move(text.global), info.globalWeight, 1, sentence, { 0, sentence.size() } });
    return query;
}

SearchResult search(const store::ModelRows& rows, search::Query query, const std::function<bool()>& stop)
{
    const auto begin = std::chrono::steady_clock::now();
    SearchResult result;
    result.maxima = search::scan(rows, query, 0, stop);
    result.query = std::move(query);
    result.scanMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

std::vector<ExplainedHit> explain(
    const SearchResult& result, const store::ModelRows& rows, const store::Library& library, std::size_t k)
{
    const search::TermMaxima& maxima = result.maxima;
    std::vector<ExplainedHit> explained;
    for (const search::Hit& hit : search::rank(maxima, result.query, k)) {
        auto photo = library.photo(hit.photo);
        if (!photo)
            continue; // removed from the library since the search
        // A result of re-ranking holds some of the rows only.
        const bool aligned = hit.row < rows.photos.size() && rows.photos[hit.row] == hit.photo;
        const std::span<const Box> boxes = rows.vectors.boxes(rows.rows[aligned ? hit.row : indexOf(rows, hit.photo)]);
        const std::vector<float> parts = search::contributions(maxima, result.query, hit.row);
        std::vector<ExplainedTerm> terms;
        for (std::size_t t = 0; t < maxima.terms; ++t) {
            const Term& term = result.query.terms[t];
            const std::size_t at = hit.row * maxima.terms + t;
            terms.push_back({ term.label, term.kind, term.effectiveWeight(), maxima.maxima[at], parts[t],
                placeOf(term, boxes, maxima.regions[at]), term.baseline });
        }
        explained.push_back({ explained.size() + 1, std::move(*photo), hit.score, std::move(terms) });
    }
    return explained;
}

align::Alignment alignStored(const store::ModelRows& rows, PhotoId photo, const search::Query& query)
{
    const std::size_t index = indexOf(rows, photo);
    const std::span<const Box> stored = rows.vectors.boxes(rows.rows[index]);
    std::vector<Box> boxes(stored.begin(), stored.end());
    if (query.pairs)
        return alignPair(query, std::move(boxes), sharesOf(query, photo));
    align::Alignment alignment = outline(query, std::move(boxes));
    alignment.matrix = search::cosines(rows.vectors, rows.rows[index], query.terms);
    const search::TermMaxima maxima = search::maxSim({ rows.vectors, { rows.rows[index] }, { photo } }, query.terms, 1);
    for (std::size_t t = 0; t < query.terms.size(); ++t)
        if (query.terms[t].kind == TermKind::Global)
            alignment.globalScore = maxima.maxima[t];
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
