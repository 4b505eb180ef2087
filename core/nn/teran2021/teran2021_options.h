#pragma once

#include <cstdint>

#include "core/base/enum_names.h"
#include "core/nn/backbones/bert.h"

namespace wordsight::nn {

/// How a region's box joins its features.
enum class BoxEncoding { None, ProjectAndSum, ConcatAndProcess };

constexpr auto namesOf(BoxEncoding)
{
    return std::to_array<std::string_view>({ "none", "project-and-sum", "concat-and-process" });
}

/// How a set becomes its global vector.
enum class SetAggregation { First, Sum, SumAndMap, Gated, Gru };

constexpr auto namesOf(SetAggregation)
{
    return std::to_array<std::string_view>({ "first", "sum", "sum-and-map", "gated", "gru" });
}

/// Of global vectors.
enum class GlobalMeasure {
    Dot,
    Cosine,
    Order, ///< their absolute values
};

constexpr auto namesOf(GlobalMeasure)
{
    return std::to_array<std::string_view>({ "dot", "cosine", "order" });
}

/// Which words take part.
enum class Compatibility {
    Teran2021, ///< not the last word piece; padding scores 0 where the authors evaluate
    None,      ///< every word piece but punctuation
};

constexpr auto namesOf(Compatibility)
{
    return std::to_array<std::string_view>({ "teran-2021", "none" });
}

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
    BoxEncoding boxes = BoxEncoding::ConcatAndProcess;
    SetAggregation imageAggregation = SetAggregation::First;
    SetAggregation textAggregation = SetAggregation::First;
    GlobalMeasure measure = GlobalMeasure::Dot;
    Compatibility compat = Compatibility::Teran2021;
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
    f("boxes", o.boxes);
    f("imageAggregation", o.imageAggregation);
    f("textAggregation", o.textAggregation);
    f("measure", o.measure);
    f("compat", o.compat);
    f("bert", o.bert);
}

} // namespace wordsight::nn
