#include "core/train/mlasm/config.h"

#include <numeric>

#include "core/base/file.h"
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
    describeRun(f, o.run);
    f("network", o.network);
    f("margin", o.margin);
    f("maskSamePhoto", o.maskSamePhoto);
    f("globalWeight", o.globalWeight);
    f("vectorScale", o.vectorScale);
    f("schedule", o.schedule);
}

namespace {

void checkMlasm(const MlasmConfig& c, const std::string& where)
{
    c.network.check(where + ": network");
    check(c.run, model::Architecture::Mlasm, c.schedule, where);
    nn::refuseIf(c.schedule.validationPart < 0 || c.schedule.vectorEpochs < 0, where,
        "schedule: validationPart and vectorEpochs must not be negative");
    nn::refuseIf(c.margin <= 0, where, "margin must be positive");
    nn::refuseIf(!c.network.unitGlobal, where,
        "network.unitGlobal must be true: a library keeps the photograph's global vector as a unit vector");
    nn::refuseIf(c.vectorScale <= 0, where, "vectorScale must be positive");
    nn::refuseIf(c.globalWeight <= 0, where, "globalWeight must be positive: the first stage of a search uses it");
}

} // namespace

MlasmConfig parseMlasmConfig(const std::string& text, const std::string& where)
{
    auto config = nn::fromJson<MlasmConfig>(parseJson(text, where), where);
    auto& network = config.network;
    const auto sum = [](const auto& groups) { return std::accumulate(groups.begin(), groups.end(), std::int64_t(0)); };
    network.regionGroups = regionGroupsOf(config.run.features);
    network.globalDimension = sum(network.regionGroups);
    network.wordDimension = sum(wordGroupsOf(config.run.features));
    checkMlasm(config, where);
    return config;
}

MlasmConfig readMlasmConfig(const std::filesystem::path& file)
{
    auto config = parseMlasmConfig(readTextFile(file), file.string());
    config.run.located = locate(config.run.data, file);
    return config;
}

std::string toJsonText(const MlasmConfig& config)
{
    return nn::toJson(config).dump(2) + "\n";
}

} // namespace wordsight::train
