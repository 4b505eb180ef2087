#pragma once

#include <cstdint>
#include <string>

#include "core/nn/backbones/bert.h"

namespace wordsight::nn {

/// TERAN as its authors published it. The defaults are the published configurations; what they cannot change (4 heads,
/// feed-forward 2048, dropout 0.1) can be smaller here, for tests.
struct Teran2021Options {
    std::int64_t featureDimension = 2048; ///< of a region, and the width of the image transformer
    std::int64_t dimension = 1024;        ///< D
    std::int64_t imageLayers = 4;
    std::int64_t textLayers = 0;    ///< transformer layers between BERT and the projection
    std::int64_t jointLayers = 2;   ///< after both projections
    bool sharedTransformer = false; ///< one set of weights for both joint transformers
    std::int64_t heads = 4;
    std::int64_t feedForward = 2048;
    double dropout = 0.1;
    std::string boxes = "concat-and-process"; ///< "none", "project-and-sum", "concat-and-process"
    std::string imageAggregation = "first";   ///< how a set becomes its global vector: "first", "sum", "sum-and-map",
    std::string textAggregation = "first";    ///< "gated", "gru"
    std::string measure = "dot";              ///< of global vectors: "dot", "cosine", "order" (their absolute values)
    std::string compat = "teran-2021"; ///< "teran-2021": the last word piece takes no part, and padding scores 0 where
                                       ///< the authors evaluate; "none": every word piece but punctuation
    BertOptions bert { .width = 768, .feedForward = 3072 };
};

template <class Fields> void describe(Fields& f, BertOptions& o)
{
    f("vocabulary", o.vocabulary);
    f("positions", o.positions);
    f("width", o.width);
    f("layers", o.layers);
    f("heads", o.heads);
    f("feedForward", o.feedForward);
}

template <class Fields> void describe(Fields& f, Teran2021Options& o)
{
    f("featureDimension", o.featureDimension);
    f("dimension", o.dimension);
    f("imageLayers", o.imageLayers);
    f("textLayers", o.textLayers);
    f("jointLayers", o.jointLayers);
    f("sharedTransformer", o.sharedTransformer);
    f("heads", o.heads);
    f("feedForward", o.feedForward);
    f("dropout", o.dropout);
    f.choice("boxes", o.boxes, { "none", "project-and-sum", "concat-and-process" });
    f.choice("imageAggregation", o.imageAggregation, { "first", "sum", "sum-and-map", "gated", "gru" });
    f.choice("textAggregation", o.textAggregation, { "first", "sum", "sum-and-map", "gated", "gru" });
    f.choice("measure", o.measure, { "dot", "cosine", "order" });
    f.choice("compat", o.compat, { "teran-2021", "none" });
    f("bert", o.bert);
}

} // namespace wordsight::nn
