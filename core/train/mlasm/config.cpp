#include "core/train/mlasm/config.h"

#include "core/base/file.h"
#include "core/nn/backbones/bert.h"
#include "core/train/shared/config_fields.h"

namespace wordsight::train {

template <class Fields> void describe(Fields& f, MlasmSchedule& o)
{
    f("epochs", o.epochs);
    f("vectorEpochs", o.vectorEpochs);
    describeSteps(f, o);
    f("validationPart", o.validationPart);
    f("selectPointing", o.selectPointing);
}

template <class Fields> void describe(Fields& f, MlasmConfig& o)
{
    f.choice("system", o.system, { "mlasm" });
    f("name", o.name);
    f("description", o.description);
    f("licence", o.licence);
    f("seed", o.seed);
    f("features", o.features);
    f("network", o.network);
    f("data", o.data);
    f("margin", o.margin);
    f("maskSamePhoto", o.maskSamePhoto);
    f("globalWeight", o.globalWeight);
    f("vectorScale", o.vectorScale);
    f("schedule", o.schedule);
}

namespace {

void check(const MlasmConfig& c, const std::string& where)
{
    c.network.check(where + ": network");
    const auto refuseIf = [&](bool wrong, const char* reason) {
        if (wrong)
            throw Error(ErrorKind::Usage, fmt::format("{}: {}", where, reason));
    };
    const auto& s = c.schedule;
    refuseIf(c.data.dataset.empty() || c.data.images.empty(), "data.dataset and data.images must be given");
    refuseIf(s.epochs < 1 || s.batch < 2 || s.captionsPerImage < 1 || s.logEvery < 1 || s.saveEvery < 1
            || s.validateEvery < 1,
        "schedule: epochs, captionsPerImage, logEvery, saveEvery and validateEvery must be at least 1, batch at least "
        "2");
    refuseIf(
        s.learningRate <= 0 || s.warmup < 0 || s.ema < 0 || s.ema >= 1 || s.validationPart < 0 || s.vectorEpochs < 0,
        "schedule: learningRate must be positive, warmup, validationPart and vectorEpochs not negative and ema in [0, "
        "1)");
    refuseIf(c.margin <= 0, "margin must be positive");
    refuseIf(!c.network.unitGlobal,
        "network.unitGlobal must be true: a library keeps the photograph's global vector as a unit vector");
    refuseIf(c.vectorScale <= 0, "vectorScale must be positive");
    refuseIf(c.globalWeight <= 0, "globalWeight must be positive: the first stage of a search uses it");
}

} // namespace

MlasmConfig parseMlasmConfig(const std::string& text, const std::string& where)
{
    auto config = nn::fromJson<MlasmConfig>(parseJson(text, where), where);
    auto& network = config.network;
    network.regionGroups = regionGroupsOf(config.features);
    network.globalDimension = 0;
    for (const auto group : network.regionGroups)
        network.globalDimension += group;
    network.wordDimension = nn::BertOptions().width * (config.features.words == "contextual+static" ? 2 : 1);
    check(config, where);
    return config;
}

MlasmConfig readMlasmConfig(const std::filesystem::path& file)
{
    auto config = parseMlasmConfig(readTextFile(file), file.string());
    config.located = locate(config.data, file);
    return config;
}

std::string toJsonText(const MlasmConfig& config)
{
    return nn::toJson(config).dump(2) + "\n";
}

} // namespace wordsight::train
