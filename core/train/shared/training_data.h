#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/dataset/captions.h"
#include "core/dataset/entities.h"
#include "core/train/shared/feature_source.h"
#include "core/train/shared/loss_options.h"
#include "core/train/shared/run_options.h"

namespace wordsight::train {

/// What the data of a run depend on, whichever system it trains.
struct DataRequest {
    DataOptions data; ///< with absolute paths
    FeatureRequest features;
    bool frozen = true; ///< features from the cache; false: from backbones that are trained along
    std::int64_t seed = 1;
    std::int64_t batch = 256; ///< photographs
    std::int64_t captionsPerImage = 1;
    Coverage coverage = Coverage::Soft; ///< groundingTarget()'s rule
};
/// The request of a configuration; `features` wants its groups and norm filled in. Throws Error{Usage} for data that
/// cannot be trained on.
DataRequest dataRequest(const RunOptions& run, const ScheduleOptions& schedule, const model::WeightsFolder& weights,
    FeatureRequest features);

/// A boxed phrase in the words of its caption.
struct Phrase {
    std::int64_t caption = 0;
    std::vector<std::int64_t> words; ///< indices into the caption's words
    std::string type;
    std::vector<Box> boxes;
};

/// Which photographs and captions a step sees: a function of the seed and the step alone, so a resumed run sees the
/// same.
struct BatchPlan {
    std::int64_t epoch = 0;
    std::vector<std::int64_t> images;
    std::vector<std::int64_t> views; ///< by image
    std::vector<std::int64_t> captions;
    std::vector<std::int64_t> owner; ///< by caption: its row in images
};

/// Boxed phrases of a batch. P of them; P may be 0.
struct GroundingBatch {
    torch::Tensor image;    ///< [P] int64 row of the images
    torch::Tensor text;     ///< [P] int64 row of the texts
    torch::Tensor words;    ///< [P, W] 1/n at the phrase's n words, else 0
    torch::Tensor coverage; ///< [P, R] target: how well a region stands for the phrase's boxes, 1 the best
};

struct Batch {
    std::int64_t epoch = 0; ///< from 0
    torch::Tensor regions;  ///< [B, R, F] prepared
    torch::Tensor boxes;    ///< [R, 5], or [B, R, 5] where photographs have regions of their own
    torch::Tensor mask;     ///< [B, R] bool: the regions that there are; undefined: all
    TextFeatures texts;
    torch::Tensor owner; ///< [T] int64
    GroundingBatch phrases;
};

/// The train and validation photographs of a request with captions, phrases and features.
class TrainingData {
public:
    TrainingData(const DataRequest& request, torch::Device device, const JobControl& job);

    std::int64_t trainImages() const { return m_trainImages; }
    std::int64_t images() const { return std::int64_t(m_images.size()); }
    std::int64_t stepsPerEpoch() const;
    const FeatureSource& features() const { return *m_features; }
    FeatureSource& features() { return *m_features; }
    torch::Tensor regionBoxes() const { return m_boxes; } ///< [R, 5]
    /// Captions [first, last) of an image.
    std::pair<std::int64_t, std::int64_t> captions(std::int64_t image) const
    {
        return { m_firstCaption[image], m_firstCaption[image + 1] };
    }
    const std::vector<Phrase>& phrases(std::int64_t caption) const { return m_phrases[caption]; }

    /// Every epoch is a new order of the train photographs, cut into full batches; a photograph's captions take turns
    /// in a random order.
    BatchPlan plan(std::int64_t step) const;
    Batch load(const BatchPlan& plan);

private:
    GroundingBatch grounding(const BatchPlan& plan, std::int64_t longest) const;
    void readPhrases();

    const DataRequest m_request;
    torch::Device m_device;
    std::vector<dataset::CaptionedImage> m_images; ///< train, then validation
    std::int64_t m_trainImages = 0;
    std::vector<std::int64_t> m_firstCaption;
    std::vector<std::vector<Phrase>> m_phrases; ///< by caption
    std::unique_ptr<FeatureSource> m_features;
    torch::Tensor m_boxes;
};

/// Which of a sentence's words lie within a phrase of it.
std::vector<std::int64_t> wordsWithin(std::span<const TextSpan> words, const TextSpan& phrase);

/// How much of each region the union of `boxes` covers: [R] fractions, on a raster of 8 × 8 points per region.
std::vector<float> coverageOf(std::span<const Box> regions, std::span<const Box> boxes);

/// The target of the grounding loss by its rule: divided by the maximum; 1 for the best region.
std::vector<float> groundingTarget(std::span<const Box> regions, std::span<const Box> boxes, Coverage rule);

} // namespace wordsight::train
