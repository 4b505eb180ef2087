#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/align/alignment.h"
#include "core/data/box.h"
#include "core/model/image_text_model.h"
#include "core/search/max_sim.h"
#include "core/search/query.h"
#include "core/store/library.h"

namespace wordsight::engine {

/// A sentence as terms of a query, by the model's text encoder: one term per word, then the global term where the
/// model has one; the pooling is the model's. No terms at all: the sentence has nothing that the model could look for.
search::Query parseQuery(model::ImageTextModel& model, const std::string& sentence);

struct ExplainedTerm {
    std::string label;
    search::TermKind kind;
    float weight = 1;       ///< effective: model's × person's
    float maximum = 0;      ///< best cosine; what the word earns where the pooling is another (align::wordScores)
    float contribution = 0; ///< what it adds to the score
    std::optional<Box> box; ///< the region that attained it; the whole photograph for a global term; nothing where
                            ///< the regions came without boxes
    float baseline = 0; ///< contribution = weight · (maximum − baseline), divided by the words that count for MrAVGw
};

struct ExplainedHit {
    std::size_t rank = 0; ///< from 1
    store::Photo photo;
    float score = 0;
    std::vector<ExplainedTerm> terms; ///< contributions sum to score exactly
};

/// A query run over a library; re-ranks from its kept maxima alone. Immutable vectors, cheap to copy and to hand
/// between threads.
struct SearchResult {
    search::Query query;
    search::TermMaxima maxima;
    double encodeMs = 0;
    double scanMs = 0;
};

/// Scans every photograph that `rows` holds. Any pooling. Throws Error{Cancelled} when `stop` says so.
SearchResult search(const store::ModelRows& rows, search::Query query, const std::function<bool()>& stop = {});

/// The k best for the weights in result.query now, explained. Library gives paths; boxes are the rows'.
std::vector<ExplainedHit> explain(
    const SearchResult& result, const store::ModelRows& rows, const store::Library& library, std::size_t k);

/// The full matrix of one photograph of the library against the query's terms, from stored vectors: the very
/// cosines whose maxima ranked it; or what pair scoring kept of it (reranker.h). Throws Error{ModelMismatch} if the
/// photograph is not among the rows.
align::Alignment alignStored(const store::ModelRows& rows, PhotoId photo, const search::Query& query);

/// The same for a photograph that is in no library, and for the regions that another program found in one.
align::Alignment alignImage(model::ImageTextModel& model, const image::Image& image, const search::Query& query);
align::Alignment alignFeatures(
    model::ImageTextModel& model, const RegionFeatures& features, const search::Query& query);

} // namespace wordsight::engine
