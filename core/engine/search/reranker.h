#pragma once

#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

#include "core/engine/search/searcher.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// Searching with models that score a sentence and a photograph in pairs (model::PairScorer; MLASM). Vectors alone find
/// a shortlist; the pairs of the shortlist are scored from the encodings that the library keeps.
///
/// What comes back is a SearchResult as any other: explain() and alignStored() take it, a word's score is what it
/// earns by cross attention, the global term is what is no word's own, and the contributions sum to the score
/// exactly. The alignment of such a photograph holds in [region, word] the word's earning times its attention to the
/// region, so its maps are the attention and its sums the score. Each of the query's sentences is scored by itself:
/// what is turned against earns in its own. New weights for words that go on counting re-rank the shortlist from what
/// was kept, without the model. The person's pooling does not apply: query.pooling is Sum.

/// The k best photographs of a result, for the weights of now.
std::vector<PhotoId> best(const SearchResult& result, std::size_t k);

/// Scores the photographs of a shortlist that another search found, one with another model even, with `model`; `index`
/// is the library's of `model`, `query` was read by `model`. Photographs that are not in the index are left out.
/// Throws Error{Usage} if the model scores no pairs or the query's terms are not the words of its sentence,
/// Error{Cancelled}.
SearchResult rerank(model::ImageTextModel& model, const search::Index& index, search::Query query,
    std::span<const PhotoId> shortlist, const std::stop_token& stop = {});

/// The query as pair scores want it: every word counts as it earns.
search::Query pairQuery(search::Query query);

/// A query against photographs, in their order. Throws Error{Usage} if the model scores no pairs.
std::vector<PairShares> pairShares(
    model::ImageTextModel& model, const search::Query& query, std::span<const model::ImageEncoding> photographs);

/// Whether `query` can be scored in pairs by `model`: it has a pair scorer, and the terms are the words of a sentence.
bool scoresPairs(model::ImageTextModel& model, const search::Query& query);

} // namespace wordsight::engine
