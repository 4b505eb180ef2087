#include "core/train/shared/run_options.h"

#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/nn/backbones/bert.h"
#include "core/nn/backbones/efficientnet_lite.h"
#include "core/nn/shared/json_fields.h"

namespace wordsight::train {

namespace {

std::string expandVariables(const std::string& path, const std::string& where)
{
    std::string out;
    std::size_t at = 0;
    for (auto begin = path.find("${"); begin != std::string::npos; begin = path.find("${", at)) {
        const auto end = path.find('}', begin);
        if (end == std::string::npos)
            throw Error(ErrorKind::Usage, fmt::format("{}: \"{}\" has a ${{ without }}", where, path));
        const auto name = path.substr(begin + 2, end - begin - 2);
        const char* value = std::getenv(name.c_str());
        if (value == nullptr)
            throw Error(ErrorKind::Usage,
                fmt::format(
                    "{} needs the environment variable {}, which is not set (it stands in \"{}\")", where, name, path));
        out += path.substr(at, begin - at) + value;
        at = end + 1;
    }
    return out + path.substr(at);
}

std::filesystem::path userCache()
{
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache)
        return std::filesystem::path(cache) / "wordsight" / "features";
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home ? home : ".") / ".cache" / "wordsight" / "features";
}

} // namespace

void check(const RunOptions& run, model::Architecture system, const ScheduleOptions& s, const std::string& where)
{
    nn::refuseIf(run.system != system, where, fmt::format("system must be \"{}\" here", nameOf(system)));
    nn::refuseIf(run.data.features.empty() && (run.data.dataset.empty() || run.data.images.empty()), where,
        "data.dataset and data.images, or data.features, must be given");
    nn::refuseIf(s.epochs < 1 || s.batch < 2 || s.captionsPerImage < 1 || s.logEvery < 1 || s.saveEvery < 1
            || s.validateEvery < 1,
        where,
        "schedule: epochs, captionsPerImage, logEvery, saveEvery and validateEvery must be at least 1, batch at least "
        "2");
    nn::refuseIf(s.learningRate <= 0 || s.warmup < 0 || s.ema < 0 || s.ema >= 1, where,
        "schedule: learningRate must be positive, warmup not negative and ema in [0, 1)");
}

std::string locate(const std::string& path, const std::filesystem::path& file)
{
    if (path.empty())
        return {};
    const auto folder = std::filesystem::absolute(file).parent_path();
    return (folder / expandVariables(path, file.string())).lexically_normal().string();
}

DataOptions locate(const DataOptions& data, const std::filesystem::path& file)
{
    DataOptions located = data;
    for (auto* path : { &located.dataset, &located.images, &located.entities, &located.features, &located.cache })
        *path = locate(*path, file);
    if (located.cache.empty())
        located.cache = userCache().string();
    return located;
}

nlohmann::json parseJson(const std::string& text, const std::string& where)
{
    try {
        return wordsight::parseJson(text);
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::Usage, fmt::format("{} cannot be read: {}", where, plainReason(error)));
    }
}

model::ModelConfig modelConfigOf(const RunOptions& run)
{
    auto config = model::configOfPinnedBackbones();
    config.architecture = run.system;
    config.name = run.name;
    config.description = run.description;
    config.licence = run.licence;
    config.features = run.features;
    return config;
}

std::vector<std::int64_t> regionGroupsOf(const nn::FeatureOptions& features)
{
    std::vector<std::int64_t> groups { nn::EfficientNetLite2Impl::kHeadChannels };
    if (features.taps == nn::RegionTaps::HeadAndStride16)
        groups.push_back(4 * nn::EfficientNetLite2Impl::kStride16Channels);
    return groups;
}

std::vector<std::int64_t> wordGroupsOf(const nn::FeatureOptions& features)
{
    return std::vector<std::int64_t>(features.words == nn::WordStates::Both ? 2 : 1, nn::BertOptions().width);
}

} // namespace wordsight::train
