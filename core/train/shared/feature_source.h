#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "core/base/job_control.h"
#include "core/data/box.h"
#include "core/data/text_span.h"
#include "core/dataset/captions.h"
#include "core/dataset/regions/region_source.h"
#include "core/model/weights_folder.h"
#include "core/nn/backbones/backbones.h"
#include "core/nn/shared/feature_norm.h"
#include "core/train/shared/run_options.h"

namespace wordsight::train {

/// What a system needs of the backbones, and how prepared: the part of a configuration that features depend on.
struct FeatureRequest {
    nn::FeatureOptions features;
    std::vector<std::int64_t> groups;             ///< columns of the region features by the tap they come from
    nn::FeatureNorm norm = nn::FeatureNorm::None; ///< nn::normaliseGroups(), group by group
    double scale = 0;
    bool averaged = false;                               ///< then over the photograph: R = 1
    model::WeightsFolder weights;                        ///< the backbones'
    TuningOptions tuning;                                ///< tunedFeatures() only
    std::int64_t views = 1;                              ///< how many of every photograph (viewOf())
    std::string images;                                  ///< folder of the photographs
    std::shared_ptr<const dataset::RegionSource> source; ///< precomputedFeatures() only: the regions found elsewhere
    std::string cache;                                   ///< folder of cached features
};

/// Photographs that have regions of their own, as a batch.
struct PerPhotoRegions {
    torch::Tensor
        boxes; ///< [B, R, 5] as nn::regionBoxes() makes them; undefined: common to all photographs, or not known
    torch::Tensor mask; ///< [B, R] bool: the regions that there are; undefined: all
};

struct TextFeatures {
    torch::Tensor words;    ///< [B, W, F] 0 where masked
    torch::Tensor mask;     ///< [B, W] bool
    torch::Tensor sentence; ///< [B, S]
};

/// Sentences of no data set.
struct Described {
    TextFeatures features;
    std::vector<std::vector<TextSpan>> spans; ///< where the words of each are in it
};

/// What the backbones say of a data set's photographs and captions (numbered in their order), from a cache or as they
/// are asked.
class FeatureSource {
public:
    virtual ~FeatureSource() = default;
    /// Prepared region features [B, R, F] of the photographs in the views named; no views: as they are.
    virtual torch::Tensor regions(std::span<const std::int64_t> images, std::span<const std::int64_t> views = {}) = 0;
    virtual TextFeatures texts(std::span<const std::int64_t> captions) = 0;
    virtual Described describe(std::span<const std::string> sentences) = 0;
    /// Where the words of a caption are in it.
    virtual std::vector<TextSpan> wordSpans(std::int64_t caption) const = 0;
    /// Common to all photographs; empty where each has its own.
    virtual const std::vector<Box>& boxes() const = 0;
    /// Where the regions of these photographs lie and which there are, in the order of regions().
    virtual PerPhotoRegions perPhotoRegions(std::span<const std::int64_t>) { return {}; }
    /// The regions of a photograph; empty: where they lie is not known.
    virtual std::vector<Box> boxesOf(std::int64_t) const { return boxes(); }
    /// Modules of which parameters are trained along (none where features are frozen): saved with the state; those of
    /// their parameters that gradients flow to are in the checkpoints.
    virtual std::map<std::string, std::shared_ptr<torch::nn::Module>> trainable() const { return {}; }
};

/// Features of all photographs and captions, computed once and kept in fp16 below `request.cache`, in a folder whose
/// name is a hash of all that they depend on; an interrupted run continues where it stopped. Memory-mapped.
/// Throws Error{UnreadableInput, Io, Cancelled}.
std::unique_ptr<FeatureSource> cachedFeatures(const FeatureRequest& request,
    const std::vector<dataset::CaptionedImage>& images, torch::Device device, const JobControl& job);

/// Features whose upper layers are trained along (request.tuning), computed as they are asked for, with gradients; what
/// the layers below say is cached in the same way.
std::unique_ptr<FeatureSource> tunedFeatures(const FeatureRequest& request,
    const std::vector<dataset::CaptionedImage>& images, torch::Device device, const JobControl& job);

/// Regions that another program found (request.source), decoded as they are asked for; sentences as cachedFeatures().
std::unique_ptr<FeatureSource> precomputedFeatures(const FeatureRequest& request,
    const std::vector<dataset::CaptionedImage>& images, torch::Device device, const JobControl& job);

/// Raw region features [B, R, F] as the request wants them.
torch::Tensor prepareRegions(const FeatureRequest& request, const torch::Tensor& raw);
Described describe(nn::Backbones& backbones, std::span<const std::string> sentences);
/// The regions that are left of the backbones' `grid`.
std::vector<Box> regionsOf(const FeatureRequest& request, const std::vector<Box>& grid);

} // namespace wordsight::train
