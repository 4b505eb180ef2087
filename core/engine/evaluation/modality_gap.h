#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/job_control.h"
#include "core/data/matrix.h"
#include "core/engine/evaluation/encode_collection.h"
#include "core/eval/retrieval.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// How far a model's vectors of photographs and of sentences stand apart, and both clouds in two dimensions. The plane
/// is each model's own (the two principal components of both of its clouds together): the axes of one model's space
/// mean nothing in another's, even where both began with the same weights. Lengths are comparable between models, for
/// all vectors are unit vectors; positions are not.
struct ModalityGap {
    std::string model;
    Matrix images;                       ///< [N × 2]
    Matrix sentences;                    ///< [M × 2]
    std::vector<std::string> imageNames; ///< [N] as the data set names them (dataset::imageFile finds them)
    std::vector<std::string> captions;   ///< [M]
    std::vector<std::size_t> owner;      ///< [M] the photograph of each sentence
    double planeShare = 0;               ///< of the clouds' variance that the plane shows, 0 to 1
    double classifierAccuracy = 0; ///< per cent, held out, of a fresh classifier; 50: the clouds cannot be told apart
    double centroidDistance = 0;
    eval::RetrievalResult retrieval; ///< by the cosine of these vectors alone
};

/// The models whose gap is looked at where nobody chose: MITE before and after its adversarial training.
inline constexpr const char* gapBefore = "mite-baseline";
inline constexpr const char* gapAfter = "mite";

/// For any model with global vectors, over a split of a data set. Throws Error{ModelMismatch} for one without,
/// Error{Usage} for a split of less than two photographs, Error{Cancelled, UnreadableInput}.
ModalityGap modalityGap(model::ImageTextModel& model, const EvaluationInput& input, const JobControl& job);

} // namespace wordsight::engine
