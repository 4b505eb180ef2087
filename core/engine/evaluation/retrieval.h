#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/align/pooling.h"
#include "core/base/job_control.h"
#include "core/data/matrix_view.h"
#include "core/engine/evaluation/encode_collection.h"
#include "core/eval/bootstrap.h"
#include "core/eval/ndcg.h"
#include "core/eval/protocol.h"
#include "core/eval/retrieval.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

struct RetrievalOptions {
    eval::Protocol protocol = eval::Protocol::Whole;
    std::optional<align::Pooling> pooling; ///< in place of the model's own
    MatrixView relevance;                  ///< [captions × images] for the NDCG, kept by the caller; no rows: none
    std::size_t bootstrapSamples = 1000;   ///< 0: no intervals
    std::size_t curveLength = 100;         ///< R@K for K = 1 … this, or as many as a fold has
    std::size_t failures = 20;             ///< how many, each way
    model::ImageTextModel* firstStage
        = nullptr;               ///< by its score from vectors the photographs of each sentence's shortlist are found;
                                 ///< all others then come last. Null: every photograph is scored
    std::size_t shortlist = 200; ///< photographs that the first stage leaves
    std::filesystem::path
        scoresFile; ///< where the scores are written, float32 [images × captions] .npy; empty: nowhere
};

/// A question whose answer stood far from the front.
struct RetrievalFailure {
    std::string image;        ///< as the data set names it (dataset::imageFile finds it)
    std::string caption;      ///< text to image: what was asked; image to text: the photograph's best placed caption
    std::size_t rank = 0;     ///< of the answer, from 1, ties against it
    float score = 0;          ///< of the photograph with the caption
    std::string firstImage;   ///< text to image: the photograph that came first; image to text: whose caption it was
    std::string firstCaption; ///< image to text: the caption that came first; text to image: empty
    float firstScore = 0;
};

struct RetrievalDirection {
    std::vector<double> curve;              ///< R@1, R@2, … in percent, the mean over folds
    std::vector<RetrievalFailure> failures; ///< the worst first
};

struct RetrievalReport {
    std::size_t images = 0;
    std::size_t captions = 0;
    eval::Protocol protocol = eval::Protocol::Whole;
    std::size_t folds = 1;
    eval::RetrievalResult
        result; ///< the mean over folds. Among equal scores wrong answers come first: never better than deserved
    std::string model;
    std::string scoring; ///< "mravgw + 2·global", "cross attention of the best 200 by default"
    std::optional<eval::RetrievalIntervals> intervals;
    std::optional<eval::Ndcg> ndcg; ///< at 25, the mean over folds
    RetrievalDirection imageToText;
    RetrievalDirection textToImage;
};

/// Retrieval after the papers' protocols with the model's own score. Sentences stream through: beside the photographs'
/// vectors only the scores are kept, and these in their file where one is named.
/// Throws Error{Cancelled, UnreadableInput, Usage, Io}.
RetrievalReport evaluateRetrieval(
    model::ImageTextModel& model, const EvaluationInput& input, const RetrievalOptions& options, const JobControl& job);

/// The report on scores that are there, [images × captions] in the collection's order; model and scoring stay empty.
RetrievalReport reportRetrieval(MatrixView scores, const Collection& collection, const RetrievalOptions& options);

} // namespace wordsight::engine
