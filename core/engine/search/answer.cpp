#include "core/engine/search/answer.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace wordsight::engine {

namespace {

constexpr std::size_t kBest = 24;   // photographs of an answer whose maps and sums its scale is taken from,
constexpr std::size_t kSpread = 24; // and as many again from the rest

AnswerScale scaleOf(std::span<const ExplainedTerm> terms)
{
    AnswerScale scale;
    for (const ExplainedTerm& term : terms) {
        scale.leastPart = std::min(scale.leastPart, term.contribution);
        scale.mostPart = std::max(scale.mostPart, term.contribution);
        (term.contribution < 0 ? scale.against : scale.inFavour) += std::abs(term.contribution);
    }
    return scale;
}

} // namespace

std::string Answer::sentence() const
{
    const auto* sentence = std::get_if<Sentence>(&question.asked);
    return sentence ? sentence->text : std::string();
}

void AnswerScale::include(const AnswerScale& other)
{
    if (!heat)
        heat = other.heat;
    else if (other.heat)
        heat->include(*other.heat);
    leastPart = std::min(leastPart, other.leastPart);
    mostPart = std::max(mostPart, other.mostPart);
    against = std::max(against, other.against);
    inFavour = std::max(inFavour, other.inFavour);
}

std::optional<std::size_t> Answer::placeOf(PhotoId photo) const
{
    if (ranking)
        return ranking->placeOf(photo);
    const auto found = std::ranges::find(hits, photo, [](const ExplainedHit& hit) { return hit.photo.id; });
    return found == hits.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - hits.begin()));
}

AnswerPage explainPage(const Answer& answer, const store::Library& library, std::size_t first, std::size_t count)
{
    AnswerPage page { first, {}, {} };
    const std::size_t end = std::min(answer.listed(), first + count);
    for (std::size_t place = first; place < end; ++place) {
        if (place < answer.hits.size()) {
            page.hits.push_back(answer.hits[place]);
            page.thumbnails.push_back(answer.thumbnails[place]);
            continue;
        }
        const search::Hit& hit = answer.ranking->at(place);
        ExplainedHit explained { place + 1, {}, hit.score, {} };
        if (auto photo = library.photo(hit.photo)) {
            explained.photo = std::move(*photo);
            explained.terms = explainTerms(*answer.index, hit.photo, answer.query, answer.pairs.get());
            page.thumbnails.push_back(library.thumbnailPath(explained.photo.contentHash));
        } else {
            page.thumbnails.emplace_back();
        }
        page.hits.push_back(std::move(explained));
    }
    markOffline(page.hits, answer.unseen);
    return page;
}

void markOffline(std::span<ExplainedHit> hits, std::span<const store::Unseen> unseen)
{
    if (unseen.empty())
        return;
    std::unordered_map<std::string, std::string> reasons;
    for (const store::Unseen& place : unseen)
        reasons.emplace(place.path.native(), place.reason);
    for (ExplainedHit& hit : hits)
        for (std::filesystem::path at = hit.photo.path; hit.offline.empty() && at.has_relative_path();
             at = at.parent_path())
            if (const auto reason = reasons.find(at.native()); reason != reasons.end())
                hit.offline = reason->second;
}

AnswerScale scaleOf(const Answer& answer)
{
    AnswerScale scale;
    const std::size_t listed = answer.ranking ? answer.ranking->size() : 0;
    const std::size_t best = std::min(kBest, listed);
    const std::size_t spread = std::min(kSpread, listed - best);
    for (std::size_t i = 0; i < best + spread; ++i) {
        const std::size_t place = i < best ? i : best + (i - best + 1) * (listed - best) / spread - 1;
        const PhotoId photo = answer.ranking->hits()[place].photo;
        scale.include(scaleOf(explainTerms(*answer.index, photo, answer.query, answer.pairs.get())));
        const align::Alignment alignment = alignStored(*answer.index, photo, answer.query, answer.pairs.get());
        if (alignment.matrix.data.empty())
            continue;
        scale.include({ .heat = align::HeatScale::of(alignment) });
    }
    return scale;
}

align::Alignment alignmentOf(const Answer& answer, const ExplainedHit& hit)
{
    return alignStored(*answer.index, hit.photo.id, answer.query, answer.pairs.get());
}

} // namespace wordsight::engine
