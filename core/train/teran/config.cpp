#include "core/train/teran/config.h"

#include <cstdlib>

#include "core/align/pooling.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/nn/backbones/bert.h"
#include "core/nn/backbones/efficientnet_lite.h"
#include "core/train/shared/config_fields.h"

namespace wordsight::train {

template <class Fields> void describe(Fields& f, LossOptions& o)
{
    f.choice("kind", o.kind, { "contrastive", "hinge" });
    f.choice("pooling", o.pooling, { "mrsw", "mravgw", "mwsr", "symm", "sum", "mean" });
    f("combined", o.combined);
    f("words", o.words);
    f("global", o.global);
    f("grounding", o.grounding);
    f("globalWeight", o.globalWeight);
    f("margin", o.margin);
    f.choice("negatives", o.negatives, { "hardest", "all" });
    f("maskSamePhoto", o.maskSamePhoto);
    f("labelSmoothing", o.labelSmoothing);
    f("wordsScale", o.wordsScale);
    f("globalScale", o.globalScale);
    f("groundingScale", o.groundingScale);
    f.choice("coverage", o.coverage, { "soft", "centre" });
}

template <class Fields> void describe(Fields& f, TuningOptions& o)
{
    f("image", o.image);
    f("textLayers", o.textLayers);
    f("imageRate", o.imageRate);
    f("textRate", o.textRate);
}

template <class Fields> void describe(Fields& f, ClassOptions& o)
{
    f("names", o.names);
    f("weight", o.weight);
    f("pasted", o.pasted);
}

template <class Fields> void describe(Fields& f, TrainingConfig& o)
{
    f.choice("system", o.system, { "teran" });
    f("name", o.name);
    f("description", o.description);
    f("licence", o.licence);
    f("seed", o.seed);
    f.choice("backbone", o.backbone, { "frozen", "tuned" });
    f("tuning", o.tuning);
    f("initial", o.initial);
    f("features", o.features);
    f("network", o.network);
    f("data", o.data);
    f("loss", o.loss);
    f("classes", o.classes);
    f("schedule", o.schedule);
}

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

void resolve(std::string& path, const std::filesystem::path& folder, const std::string& where)
{
    if (!path.empty())
        path = (folder / expandVariables(path, where)).lexically_normal().string();
}

void check(const TrainingConfig& c, const std::string& where)
{
    c.network.check(where + ": network");
    const auto& s = c.schedule;
    const auto& l = c.loss;
    const bool foreign = !c.data.features.empty();
    nn::refuseIf(!foreign && (c.data.dataset.empty() || c.data.images.empty()), where,
        "data.dataset and data.images, or data.features, must be given");
    nn::refuseIf(foreign && (c.backbone != "frozen" || c.data.views > 1), where,
        "data.features come without photographs: backbone must be \"frozen\" and data.views 1");
    nn::refuseIf(
        foreign && l.grounding > 0, where, "loss.grounding needs the regions of photographs, not data.features");
    nn::refuseIf(foreign && l.pooling != "mrsw" && l.pooling != "mravgw", where,
        "loss.pooling must be \"mrsw\" or \"mravgw\" with data.features, whose photographs differ in their numbers of "
        "regions");
    nn::refuseIf(!c.classes.names.empty() && (foreign || c.network.image.inputNorm != "sqrt-l2"), where,
        "classes are pasted into photographs, not data.features, and need network.image.inputNorm \"sqrt-l2\"");
    nn::refuseIf(
        c.classes.weight < 0 || c.classes.pasted < 1, where, "classes: weight must not be negative, pasted at least 1");
    nn::refuseIf(s.epochs < 1 || s.batch < 2 || s.captionsPerImage < 1 || s.logEvery < 1 || s.saveEvery < 1
            || s.validateEvery < 1,
        where,
        "schedule: epochs, captionsPerImage, logEvery, saveEvery and validateEvery must be at least 1, batch at least "
        "2");
    nn::refuseIf(s.learningRate <= 0 || s.warmup < 0 || s.ema < 0 || s.ema >= 1, where,
        "schedule: learningRate must be positive and ema in [0, 1)");
    nn::refuseIf(l.combined < 0 || l.words < 0 || l.global < 0 || l.grounding < 0
            || l.combined + l.words + l.global + l.grounding <= 0,
        where, "loss: the weights of the terms must not be negative nor all 0");
    nn::refuseIf(
        l.wordsScale <= 0 || l.globalScale <= 0 || l.groundingScale <= 0, where, "loss: scales must be positive");
    nn::refuseIf(
        l.global > 0 && c.network.image.global == "none", where, "loss.global needs a network with global vectors");
    nn::refuseIf(l.grounding > 0 && c.data.entities.empty(), where, "loss.grounding needs data.entities");
    nn::refuseIf(l.kind == "hinge" && l.globalWeight == 0 && l.combined > 0 && c.network.image.global != "none", where,
        "loss.globalWeight must be given with hinge losses, which learn no temperature");
    nn::refuseIf(c.tuning.textLayers < 0 || c.tuning.imageRate < 0 || c.tuning.textRate < 0, where,
        "tuning: nothing may be negative");
    nn::refuseIf(c.backbone == "tuned" && !c.tuning.image && c.tuning.textLayers == 0, where,
        "backbone \"tuned\" needs tuning.image or tuning.textLayers");
}

std::filesystem::path userCache()
{
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache)
        return std::filesystem::path(cache) / "wordsight" / "features";
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home ? home : ".") / ".cache" / "wordsight" / "features";
}

} // namespace

DataOptions locate(const DataOptions& data, const std::filesystem::path& file)
{
    const auto folder = std::filesystem::absolute(file).parent_path();
    DataOptions located = data;
    for (auto* path : { &located.dataset, &located.images, &located.entities, &located.features, &located.cache })
        resolve(*path, folder, file.string());
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

std::vector<std::int64_t> regionGroupsOf(const nn::FeatureOptions& features)
{
    std::vector<std::int64_t> groups { nn::EfficientNetLite2Impl::kHeadChannels };
    if (features.taps == "head+s16")
        groups.push_back(4 * nn::EfficientNetLite2Impl::kStride16Channels);
    return groups;
}

TrainingConfig parseTrainingConfig(const std::string& text, const std::string& where)
{
    auto config = nn::fromJson<TrainingConfig>(parseJson(text, where), where);
    if (config.data.features.empty()) // features from elsewhere say themselves how wide they are
        config.network.regionGroups = regionGroupsOf(config.features);
    config.network.wordGroups.assign(config.features.words == "contextual+static" ? 2 : 1, nn::BertOptions().width);
    check(config, where);
    return config;
}

TrainingConfig readTrainingConfig(const std::filesystem::path& file)
{
    auto config = parseTrainingConfig(readTextFile(file), file.string());
    config.located = locate(config.data, file);
    resolve(config.classes.names, std::filesystem::absolute(file).parent_path(), file.string());
    resolve(config.initial, std::filesystem::absolute(file).parent_path(), file.string());
    if (!config.initial.empty() && !std::filesystem::exists(config.initial))
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{}: the model that this one begins with (initial) is not there: {}. Train that one first.",
                file.string(), config.initial));
    return config;
}

std::string toJsonText(const TrainingConfig& config)
{
    return nn::toJson(config).dump(2) + "\n";
}

} // namespace wordsight::train
