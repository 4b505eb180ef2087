#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/job_control.h"
#include "core/dataset/captions.h"
#include "core/engine/photograph_features.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// What an evaluation runs on.
struct EvaluationInput {
    std::filesystem::path dataset; ///< Karpathy split file, or captions of COCO (then all of them, whatever the split)
    std::filesystem::path images;  ///< folder of the files it names
    std::string split = "val";
    std::filesystem::path
        features; ///< found elsewhere (dataset::openRegions), for models that take them; they may bring the sentences
};

/// The photographs of a split and their sentences in one row.
struct Collection {
    std::vector<dataset::CaptionedImage> images;
    std::filesystem::path folder;      ///< where their files are
    std::vector<std::string> captions; ///< of the first photograph, of the second, ...
    std::vector<std::size_t> owner;    ///< [captions] the photograph each belongs to
    std::optional<PhotographFeatures> features;
};

/// `job` is told how far a large file of features has been gone through.
/// Throws Error{UnreadableInput} for a damaged data set, Error{Usage} for a split that it does not have, or where there
/// are neither photographs nor features.
Collection readCollection(const EvaluationInput& input, const JobControl& job = {});

/// In the collection's order, from photographs or features. Throw Error{Cancelled, UnreadableInput, Usage,
/// ModelMismatch}.
std::vector<model::ImageEncoding> encodeImages(
    model::ImageTextModel& model, const Collection& collection, const JobControl& job);
std::vector<model::TextEncoding> encodeCaptions(
    model::ImageTextModel& model, std::span<const std::string> captions, const JobControl& job);

} // namespace wordsight::engine
