#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/dataset/captions.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// What an evaluation runs on.
struct EvaluationInput {
    std::filesystem::path dataset; ///< Karpathy split file, or captions of COCO (then all of them, whatever the split)
    std::filesystem::path images;  ///< folder of the files it names
    std::string split = "val";
};

/// The photographs of a split and their sentences in one row.
struct Collection {
    std::vector<dataset::CaptionedImage> images;
    std::filesystem::path folder;      ///< where their files are
    std::vector<std::string> captions; ///< of the first photograph, of the second, ...
    std::vector<std::size_t> owner;    ///< [captions] the photograph each belongs to
};

/// Throws Error{UnreadableInput} for a damaged data set, Error{Usage} for a split that it does not have.
Collection readCollection(const EvaluationInput& input);

/// In the collection's order. Throw Error{Cancelled, UnreadableInput}.
std::vector<model::ImageEncoding> encodeImages(
    model::ImageTextModel& model, const Collection& collection, const ProgressCallback& progress);
std::vector<model::TextEncoding> encodeCaptions(
    model::ImageTextModel& model, std::span<const std::string> captions, const ProgressCallback& progress);

} // namespace wordsight::engine
