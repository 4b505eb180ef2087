#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace wordsight::nn {

/// One of TERAN's two pipelines. The defaults are the paper's.
struct PipelineOptions {
    std::string inputNorm = "none"; ///< "none", "l2" (each group of features), "sqrt-l2" (signed square root first)
    double inputScale = 0;          ///< norm of a group after "l2" or "sqrt-l2"; 0: the root of its size
    double dropout = 0.1;           ///< on the input and inside projections
    std::string projection
        = "process";            ///< "linear", "process" (Linear, ReLU, Linear), "residual" (linear + GELU bottleneck)
    bool sharedDropout = false; ///< one mask for all regions of a photograph: stronger, and cheaper to draw
    std::int64_t hidden = 0;    ///< of the projection; 0: as wide as its input
    std::int64_t width
        = 0; ///< of this pipeline's transformer, followed by a Linear to `dimension`; 0: `dimension`, no Linear
    std::int64_t layers = 0;
    std::int64_t heads = 4;
    std::int64_t feedForward = 2048;
    double layerDropout = 0.1;
    bool preNorm = false;            ///< the paper's layers are post-norm
    std::string activation = "relu"; ///< "relu", "gelu"
    bool local = false;              ///< vectors bypass the layers; a learnt gate adds what the layers change
    std::string global = "cls"; ///< "none", "cls", "mean", "attention", "features" (own projection of the pooled input)
    std::string globalPool = "mean-max";       ///< of image "features": "mean", "mean-max"
    std::string globalProjection = "residual"; ///< of "features", as `projection`
    double globalDropout = -1;                 ///< negative: `dropout`
};

/// TERAN (Messina et al., TOMM 2021). Dimensions of the inputs come from the backbones.
struct TeranOptions {
    std::vector<std::int64_t> regionGroups { 1280 }; ///< columns of the region features by the tap they come from
    std::vector<std::int64_t> wordGroups { 384 };    ///< columns of the word features by their kind
    std::int64_t sentenceDimension = 384;
    std::int64_t dimension = 1024; ///< D
    bool boxes = true;             ///< region ⊕ [x1, y1, x2, y2, area]
    bool salience = false;         ///< learnt weights of words, 1 on average over a sentence
    bool baseline = false;         ///< learnt cosine that each word reaches in an average photograph
    std::int64_t jointLayers = 0;  ///< the paper's 2 layers after both pipelines (4 heads, feed-forward as image's)
    bool jointShared = true;       ///< one set of weights for both pipelines
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
    f.choice("inputNorm", o.inputNorm, { "none", "l2", "sqrt-l2" });
    f("inputScale", o.inputScale);
    f("dropout", o.dropout);
    f.choice("projection", o.projection, { "linear", "process", "residual" });
    f("sharedDropout", o.sharedDropout);
    f("hidden", o.hidden);
    f("width", o.width);
    f("layers", o.layers);
    f("heads", o.heads);
    f("feedForward", o.feedForward);
    f("layerDropout", o.layerDropout);
    f("preNorm", o.preNorm);
    f.choice("activation", o.activation, { "relu", "gelu" });
    f("local", o.local);
    f.choice("global", o.global, { "none", "cls", "mean", "attention", "features" });
    f.choice("globalPool", o.globalPool, { "mean", "mean-max" });
    f.choice("globalProjection", o.globalProjection, { "linear", "process", "residual" });
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
    f("image", o.image);
    f("text", o.text);
}

} // namespace wordsight::nn
