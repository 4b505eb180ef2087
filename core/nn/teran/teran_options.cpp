#include "core/nn/teran/teran_options.h"

#include "core/nn/shared/json_fields.h"

namespace wordsight::nn {

namespace {

void checkPipeline(const PipelineOptions& o, const TeranOptions& all, const std::string& where)
{
    const auto width = o.width > 0 ? o.width : all.dimension;
    refuseIf(o.dropout < 0 || o.dropout >= 1 || o.globalDropout >= 1 || o.layerDropout < 0 || o.layerDropout >= 1,
        where, "dropout must lie in [0, 1)");
    refuseIf(o.hidden < 0 || o.width < 0 || o.layers < 0 || o.feedForward < 1, where, "sizes must not be negative");
    refuseIf(o.heads < 1 || (o.layers > 0 && width % o.heads != 0), where,
        fmt::format("heads must divide the width {}", width));
    refuseIf(o.global == GlobalVector::Cls && o.layers + all.jointLayers == 0, where,
        "global \"cls\" needs at least one transformer layer");
}

} // namespace

TeranOptions TeranOptions::fromJson(const nlohmann::json& object, const std::string& where)
{
    auto options = nn::fromJson<TeranOptions>(object, where);
    options.check(where);
    return options;
}

nlohmann::json TeranOptions::toJson() const
{
    return nn::toJson(*this);
}

void TeranOptions::check(const std::string& where) const
{
    refuseIf(dimension < 1 || sentenceDimension < 1 || jointLayers < 0, where, "dimensions must be positive");
    refuseIf(evidence.classes < 0 || evidence.colours < 0 || (evidence.classes == 0) != (evidence.colours == 0), where,
        "evidence needs dimensions for classes and for colours, or for neither");
    refuseIf(regionGroups.empty() || wordGroups.empty(), where, "regionGroups and wordGroups must not be empty");
    for (const auto& groups : { regionGroups, wordGroups })
        for (const auto size : groups)
            refuseIf(size < 1, where, "groups of features must have at least one column");
    refuseIf(jointLayers > 0 && dimension % image.heads != 0, where, "image.heads must divide dimension");
    refuseIf((image.global == GlobalVector::None) != (text.global == GlobalVector::None), where,
        "image.global and text.global must both be \"none\" or neither");
    checkPipeline(image, *this, where + ".image");
    checkPipeline(text, *this, where + ".text");
}

} // namespace wordsight::nn
