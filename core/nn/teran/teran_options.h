#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/nn/evidence/evidence_options.h"
#include "core/nn/shared/feature_norm.h"

namespace wordsight::nn {

/// What brings features to the width of a pipeline.
enum class ProjectionKind {
    Linear,
    Process,  ///< Linear, ReLU, Linear
    Residual, ///< linear + GELU bottleneck
};

constexpr auto namesOf(ProjectionKind)
{
    return std::to_array<std::string_view>({ "linear", "process", "residual" });
}

enum class LayerActivation { Relu, Gelu };

constexpr auto namesOf(LayerActivation)
{
    return std::to_array<std::string_view>({ "relu", "gelu" });
}

/// Where a side's global vector comes from.
enum class GlobalVector {
    None,
    Cls,       ///< a slot of its own in the sequence
    Mean,      ///< of the regions or words
    Attention, ///< their mean by learnt weights
    Features,  ///< own projection of the pooled input
};

constexpr auto namesOf(GlobalVector)
{
    return std::to_array<std::string_view>({ "none", "cls", "mean", "attention", "features" });
}

/// How a photograph's regions are pooled for GlobalVector::Features.
enum class GlobalPool { Mean, MeanMax };

constexpr auto namesOf(GlobalPool)
{
    return std::to_array<std::string_view>({ "mean", "mean-max" });
}

/// One of TERAN's two pipelines. The defaults are the paper's.
struct PipelineOptions {
    FeatureNorm inputNorm = FeatureNorm::None; ///< of each group of features
    double inputScale = 0;                     ///< norm of a group after it; 0: the root of its size
    double dropout = 0.1;                      ///< on the input and inside projections
    ProjectionKind projection = ProjectionKind::Process;
    bool sharedDropout = false; ///< one mask for all regions of a photograph: stronger, and cheaper to draw
    std::int64_t hidden = 0;    ///< of the projection; 0: as wide as its input
    std::int64_t width
        = 0; ///< of this pipeline's transformer, followed by a Linear to `dimension`; 0: `dimension`, no Linear
    std::int64_t layers = 0;
    std::int64_t heads = 4;
    std::int64_t feedForward = 2048;
    double layerDropout = 0.1;
    bool preNorm = false; ///< the paper's layers are post-norm
    LayerActivation activation = LayerActivation::Relu;
    bool local = false; ///< vectors bypass the layers; a learnt gate adds what the layers change
    GlobalVector global = GlobalVector::Cls;
    GlobalPool globalPool = GlobalPool::MeanMax;                ///< of the image's Features
    ProjectionKind globalProjection = ProjectionKind::Residual; ///< of Features
    double globalDropout = -1;                                  ///< negative: `dropout`
};

/// TERAN (Messina et al., TOMM 2021). Dimensions of the inputs come from the backbones.
struct TeranOptions {
    std::vector<std::int64_t> regionGroups { 1280 }; ///< columns of the region features by the tap they come from
    std::vector<std::int64_t> wordGroups { 384 };    ///< columns of the word features by their kind
    std::int64_t sentenceDimension = 384;
    std::int64_t dimension = 1024;   ///< D
    bool boxes = true;               ///< region ⊕ [x1, y1, x2, y2, area]
    bool salience = false;           ///< learnt weights of words, 1 on average over a sentence
    bool baseline = false;           ///< learnt cosine that each word reaches in an average photograph
    std::int64_t jointLayers = 0;    ///< the paper's 2 layers after both pipelines (4 heads, feed-forward as image's)
    bool jointShared = true;         ///< one set of weights for both pipelines
    bool quietFunctionWords = false; ///< "a", "on", "the" weigh nothing and have no map (text::isFunctionWord)
    EvidenceOptions evidence;        ///< dimensions beyond `dimension`, which are not learnt with the network
    PipelineOptions image;
    PipelineOptions text;

    /// Strict: unknown keys and impossible values are refused by name with Error{Usage}; `where` begins the message.
    static TeranOptions fromJson(const nlohmann::json& object, const std::string& where);
    nlohmann::json toJson() const;
    /// Throws Error{Usage} for combinations that cannot be built (cls without layers, heads that do not divide...).
    void check(const std::string& where) const;
};

template <class Fields> void describe(Fields& f, PipelineOptions& o)
{
    f("inputNorm", o.inputNorm);
    f("inputScale", o.inputScale);
    f("dropout", o.dropout);
    f("projection", o.projection);
    f("sharedDropout", o.sharedDropout);
    f("hidden", o.hidden);
    f("width", o.width);
    f("layers", o.layers);
    f("heads", o.heads);
    f("feedForward", o.feedForward);
    f("layerDropout", o.layerDropout);
    f("preNorm", o.preNorm);
    f("activation", o.activation);
    f("local", o.local);
    f("global", o.global);
    f("globalPool", o.globalPool);
    f("globalProjection", o.globalProjection);
    f("globalDropout", o.globalDropout);
}

template <class Fields> void describe(Fields& f, TeranOptions& o)
{
    f("regionGroups", o.regionGroups);
    f("wordGroups", o.wordGroups);
    f("sentenceDimension", o.sentenceDimension);
    f("dimension", o.dimension);
    f("boxes", o.boxes);
    f("salience", o.salience);
    f("baseline", o.baseline);
    f("jointLayers", o.jointLayers);
    f("jointShared", o.jointShared);
    f("quietFunctionWords", o.quietFunctionWords);
    f("evidence", o.evidence);
    f("image", o.image);
    f("text", o.text);
}

} // namespace wordsight::nn
