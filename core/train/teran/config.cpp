#include "core/train/teran/config.h"

#include "core/base/file.h"
#include "core/train/shared/config_fields.h"

namespace wordsight::train {

template <class Fields> void describe(Fields& f, LossOptions& o)
{
    f("kind", o.kind);
    f("pooling", o.pooling);
    f("combined", o.combined);
    f("words", o.words);
    f("global", o.global);
    f("grounding", o.grounding);
    f("globalWeight", o.globalWeight);
    f("margin", o.margin);
    f("negatives", o.negatives);
    f("maskSamePhoto", o.maskSamePhoto);
    f("labelSmoothing", o.labelSmoothing);
    f("wordsScale", o.wordsScale);
    f("globalScale", o.globalScale);
    f("groundingScale", o.groundingScale);
    f("coverage", o.coverage);
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

template <class Fields> void describe(Fields& f, TeranConfig& o)
{
    describeRun(f, o.run);
    f("backbone", o.backbone);
    f("tuning", o.tuning);
    f("initial", o.initial);
    f("network", o.network);
    f("loss", o.loss);
    f("classes", o.classes);
    f("schedule", o.schedule);
}

namespace {

void checkTeran(const TeranConfig& c, const std::string& where)
{
    c.network.check(where + ": network");
    check(c.run, model::Architecture::Teran, c.schedule, where);
    const auto& l = c.loss;
    const bool foreign = !c.run.data.features.empty();
    nn::refuseIf(foreign && (c.backbone != BackboneUse::Frozen || c.run.data.views > 1), where,
        "data.features come without photographs: backbone must be \"frozen\" and data.views 1");
    nn::refuseIf(
        foreign && l.grounding > 0, where, "loss.grounding needs the regions of photographs, not data.features");
    nn::refuseIf(foreign && l.pooling != align::Pooling::MrSw && l.pooling != align::Pooling::MrAVGw, where,
        "loss.pooling must be \"mrsw\" or \"mravgw\" with data.features, whose photographs differ in their numbers of "
        "regions");
    nn::refuseIf(!c.classes.names.empty() && (foreign || c.network.image.inputNorm != nn::FeatureNorm::SqrtL2), where,
        "classes are pasted into photographs, not data.features, and need network.image.inputNorm \"sqrt-l2\"");
    nn::refuseIf(
        c.classes.weight < 0 || c.classes.pasted < 1, where, "classes: weight must not be negative, pasted at least 1");
    nn::refuseIf(l.combined < 0 || l.words < 0 || l.global < 0 || l.grounding < 0
            || l.combined + l.words + l.global + l.grounding <= 0,
        where, "loss: the weights of the terms must not be negative nor all 0");
    nn::refuseIf(
        l.wordsScale <= 0 || l.globalScale <= 0 || l.groundingScale <= 0, where, "loss: scales must be positive");
    nn::refuseIf(l.global > 0 && c.network.image.global == nn::GlobalVector::None, where,
        "loss.global needs a network with global vectors");
    nn::refuseIf(l.grounding > 0 && c.run.data.entities.empty(), where, "loss.grounding needs data.entities");
    nn::refuseIf(l.kind == LossKind::Hinge && l.globalWeight == 0 && l.combined > 0
            && c.network.image.global != nn::GlobalVector::None,
        where, "loss.globalWeight must be given with hinge losses, which learn no temperature");
    nn::refuseIf(c.tuning.textLayers < 0 || c.tuning.imageRate < 0 || c.tuning.textRate < 0, where,
        "tuning: nothing may be negative");
    nn::refuseIf(c.backbone == BackboneUse::Tuned && !c.tuning.image && c.tuning.textLayers == 0, where,
        "backbone \"tuned\" needs tuning.image or tuning.textLayers");
}

} // namespace

TeranConfig parseTeranConfig(const std::string& text, const std::string& where)
{
    auto config = nn::fromJson<TeranConfig>(parseJson(text, where), where);
    if (config.run.data.features.empty()) // features from elsewhere say themselves how wide they are
        config.network.regionGroups = regionGroupsOf(config.run.features);
    config.network.wordGroups = wordGroupsOf(config.run.features);
    checkTeran(config, where);
    return config;
}

TeranConfig readTeranConfig(const std::filesystem::path& file)
{
    auto config = parseTeranConfig(readTextFile(file), file.string());
    config.run.located = locate(config.run.data, file);
    config.classes.names = locate(config.classes.names, file);
    config.initial = locate(config.initial, file);
    if (!config.initial.empty() && !std::filesystem::exists(config.initial))
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{}: the model that this one begins with (initial) is not there: {}. Train that one first.",
                file.string(), config.initial));
    return config;
}

std::string toJsonText(const TeranConfig& config)
{
    return nn::toJson(config).dump(2) + "\n";
}

} // namespace wordsight::train
