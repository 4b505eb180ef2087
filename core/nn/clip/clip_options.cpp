#include "core/nn/clip/clip_options.h"

#include <algorithm>

#include "core/nn/shared/json_fields.h"

namespace wordsight::nn {
namespace {

void checkTower(const ClipTowerOptions& o, const std::string& where)
{
    constexpr std::int64_t most = 1 << 16;
    for (const auto size : { o.width, o.layers, o.heads, o.feedForward })
        refuseIf(size < 1 || size > most, where, fmt::format("sizes must lie between 1 and {}, one is {}", most, size));
    refuseIf(o.width % o.heads != 0, where, fmt::format("{} heads do not divide the width {}", o.heads, o.width));
    refuseIf(!(o.normEpsilon > 0), where, "the epsilon of the norms must be positive");
}

} // namespace

ClipOptions ClipOptions::fromJson(const nlohmann::json& object, const std::string& where)
{
    auto options = nn::fromJson<ClipOptions>(object, where);
    options.check(where);
    return options;
}

nlohmann::json ClipOptions::toJson() const
{
    return nn::toJson(*this);
}

void ClipOptions::check(const std::string& where) const
{
    checkTower(text, where + ".text");
    checkTower(vision, where + ".vision");
    refuseIf(dimension < 1 || dimension > 1 << 16, where, fmt::format("{} dimensions cannot be", dimension));
    refuseIf(!(wordWeight >= 0), where, "wordWeight must not be negative");
    refuseIf(std::ranges::any_of(wordPrompts, [](const auto& p) { return p.find("{}") == std::string::npos; }), where,
        "every one of wordPrompts needs {} where the word goes");
    refuseIf(text.vocabulary < 3 || text.vocabulary > 1 << 24, where,
        fmt::format("a vocabulary of {} cannot be", text.vocabulary));
    refuseIf(
        text.positions < 3 || text.positions > 4096, where, fmt::format("{} text positions cannot be", text.positions));
    refuseIf(vision.side < 1 || vision.side > 2048, where,
        fmt::format("an image side of {} cannot be (1 to 2048)", vision.side));
    refuseIf(vision.patch < 1 || vision.patch > vision.side, where,
        fmt::format("patches of {} pixels do not fit a side of {}", vision.patch, vision.side));
    refuseIf(
        vision.mean.size() != 3 || vision.deviation.size() != 3, where, "mean and deviation need three numbers each");
    refuseIf(
        std::ranges::any_of(vision.deviation, [](double d) { return !(d > 0); }), where, "deviations must be positive");
    refuseIf(siglip() && dimension != vision.width, where,
        fmt::format("SigLIP's sentences have {} dimensions, its photographs {}", dimension, vision.width));
}

} // namespace wordsight::nn
