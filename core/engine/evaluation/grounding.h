#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/job_control.h"
#include "core/dataset/entities.h"
#include "core/engine/evaluation/encode_collection.h"
#include "core/eval/map_quality.h"
#include "core/eval/pointing.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// Where the boxes of phrases come from: one of the two.
struct GroundingBoxes {
    std::filesystem::path entities;  ///< folder in the layout of Flickr30k Entities
    std::filesystem::path instances; ///< instances_*.json of COCO; phrases are then the names of categories in captions
    bool operator==(const GroundingBoxes&) const = default;
};

/// The boxed phrases of a photograph's captions.
using BoxedPhrases = std::function<std::vector<dataset::BoxedPhrase>(const dataset::CaptionedImage&)>;

/// Throws Error{Usage} unless one of the two is named, Error{UnreadableInput}.
BoxedPhrases openBoxedPhrases(const GroundingBoxes& boxes);

/// A phrase whose map peaks outside its boxes.
struct PointingMiss {
    std::string image; ///< as the data set names it (dataset::imageFile finds it)
    std::string caption;
    dataset::BoxedPhrase phrase;
    align::Peak peak;
    double distance = 0; ///< from the peak to the nearest box, in sides of the photograph
};

struct GroundingReport {
    std::string model;
    std::size_t images = 0;
    eval::PointingResult pointing; ///< byType: by type of phrase
    eval::PointingResult bySize;   ///< byType: "small", "medium", "large" (eval::sizeClass); the rest as in `pointing`
    eval::MapQuality maps;
    std::vector<PointingMiss> misses; ///< the farthest first
};

/// Whether heatmaps point at what phrases name: the pointing game and how the maps lie on the boxes. A phrase's map is
/// the sum of its words' maps; a model that scores by attention gives the attention. `misses`: how many to report.
/// Throws Error{Cancelled, UnreadableInput, Usage}.
GroundingReport evaluateGrounding(model::ImageTextModel& model, const EvaluationInput& input,
    const GroundingBoxes& boxes, std::size_t misses, const JobControl& job);

} // namespace wordsight::engine
