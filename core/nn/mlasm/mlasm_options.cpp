#include "core/nn/mlasm/mlasm_options.h"

#include <algorithm>

#include "core/nn/shared/json_fields.h"

namespace wordsight::nn {

namespace {

bool isDropout(double share)
{
    return share >= 0 && share < 1;
}

} // namespace

MlasmOptions MlasmOptions::fromJson(const nlohmann::json& object, const std::string& where)
{
    auto options = nn::fromJson<MlasmOptions>(object, where);
    options.check(where);
    return options;
}

nlohmann::json MlasmOptions::toJson() const
{
    return nn::toJson(*this);
}

void MlasmOptions::check(const std::string& where) const
{
    refuseIf(regionGroups.empty() || std::ranges::min(regionGroups) < 1, where, "regionGroups must be positive sizes");
    refuseIf(globalDimension < 1 || wordDimension < 1 || dimension < 1 || wordLayers < 1, where,
        "dimensions and wordLayers must be positive");
    refuseIf(!isDropout(wordDropout) || !isDropout(regionDropout), where,
        "wordDropout and regionDropout must lie in [0, 1)");
    refuseIf(wordSmoothing <= 0 || regionSmoothing <= 0, where, "wordSmoothing and regionSmoothing must be positive");
    refuseIf(localShare < 0 || localShare > 1, where, "localShare must lie in [0, 1]");
}

} // namespace wordsight::nn
