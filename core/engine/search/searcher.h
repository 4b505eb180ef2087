#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/align/alignment.h"
#include "core/data/box.h"
#include "core/model/image_text_model.h"
#include "core/search/index.h"
#include "core/search/query.h"
#include "core/search/rank.h"
#include "core/search/term_scores.h"
#include "core/store/library.h"

namespace wordsight::engine {

/// A sentence as it stands, such as a caption, as terms of a query by the model's text encoder: one term per word, then
/// the global term where the model has one; the pooling is the model's. What a person asks may hold more than that:
/// question_terms.h. No terms at all: the sentence has nothing that the model could look for.
search::Query parseQuery(model::ImageTextModel& model, const std::string& sentence);

struct ExplainedTerm {
    std::string label;
    search::TermKind kind;
    float weight = 1;       ///< effective: model's × person's
    float maximum = 0;      ///< best cosine; what the word scores where the pooling is another (align::wordScores)
    float contribution = 0; ///< what it adds to the score
    std::optional<Box> box; ///< the region that attained it; the whole photograph for a global term; nothing where
                            ///< the regions came without boxes
    float baseline = 0; ///< contribution = weight · (maximum − baseline), divided by the words that count for MrAVGw
    bool functionWord = false; ///< search::Term::functionWord
};

struct ExplainedHit {
    std::size_t rank = 0; ///< from 1
    store::Photo photo;
    float score = 0;
    std::vector<ExplainedTerm> terms; ///< contributions sum to score exactly
    std::string offline {};           ///< why its file could not be seen; empty where it could
};

/// What a sentence and a photograph gave each other where a model scores them in pairs (reranker.h): what stands for
/// the cosines then.
struct PairShares {
    Matrix cells; ///< [regions × word terms]: what each region adds to what a word scores; a word scores the sum
    std::vector<float> wholes; ///< one per term of another kind: what is no word's own in the sentence it comes from
};
using PairScores = std::unordered_map<PhotoId, PairShares>;

/// A query run over a library; re-ranks from its kept scores alone. Cheap to hand between threads.
struct SearchResult {
    search::Query query;
    search::TermScores scores;
    std::shared_ptr<const PairScores> pairs {}; ///< not null where photographs were scored in pairs; the pooling is Sum
};

/// The k best for the weights in result.query now, explained. The library gives paths, the index boxes.
std::vector<ExplainedHit> explain(
    const SearchResult& result, const search::Index& index, const store::Library& library, std::size_t k);
/// The same of the first `k` of a ranking (search::rank()). What is gone from the library drops out of it.
std::vector<ExplainedHit> explain(const SearchResult& result, std::vector<search::Hit>& ranking,
    const search::Index& index, const store::Library& library, std::size_t k);

/// What each term adds to a photograph's score, from the index that ranked it, or from what pair scoring kept of it:
/// the very numbers that explain() gives. Any thread. Throws Error{ModelMismatch} if the photograph is not in the
/// index.
std::vector<ExplainedTerm> explainTerms(
    const search::Index& index, PhotoId photo, const search::Query& query, const PairScores* pairs = nullptr);

/// The full matrix of one photograph against the query's terms, from the index that ranked it: the very cosines whose
/// maxima did; or what pair scoring kept of it, where `pairs` are given. Throws Error{ModelMismatch} if the photograph
/// is not in the index.
align::Alignment alignStored(
    const search::Index& index, PhotoId photo, const search::Query& query, const PairScores* pairs = nullptr);

/// The same for a photograph that is in no library, and for the regions that another program found in one.
align::Alignment alignImage(model::ImageTextModel& model, const image::Image& image, const search::Query& query);
align::Alignment alignFeatures(
    model::ImageTextModel& model, const RegionFeatures& features, const search::Query& query);

} // namespace wordsight::engine
