#include "core/train/mite/config.h"

#include "core/base/file.h"
#include "core/train/shared/config_fields.h"

namespace wordsight::train {

template <class Fields> void describe(Fields& f, StageOptions& o)
{
    f("epochs", o.epochs);
    f("patience", o.patience);
    f("accuracy", o.accuracy);
    f("rate", o.rate);
}

template <class Fields> void describe(Fields& f, StagesOptions& o)
{
    f("embedding", o.embedding);
    f("classifier", o.classifier);
    f("adversarial", o.adversarial);
}

template <class Fields> void describe(Fields& f, AdversarialOptions& o)
{
    f.choice("updates", o.updates, { "alternating", "reversal" });
    f("weight", o.weight);
    f("ramp", o.ramp);
    f.choice("target", o.target, { "half", "opposite" });
    f("classifierSteps", o.classifierSteps);
}

template <class Fields> void describe(Fields& f, TripletOptions& o)
{
    f("margin", o.margin);
    f.choice("negatives", o.negatives, { "hardest", "all" });
    f("allFirst", o.allFirst);
    f("maskSamePhoto", o.maskSamePhoto);
}

template <class Fields> void describe(Fields& f, MiteSchedule& o)
{
    describeSteps(f, o);
}

template <class Fields> void describe(Fields& f, MiteConfig& o)
{
    f.choice("system", o.system, { "mite" });
    f("name", o.name);
    f("description", o.description);
    f("licence", o.licence);
    f("seed", o.seed);
    f("features", o.features);
    f("network", o.network);
    f("data", o.data);
    f("triplet", o.triplet);
    f("classifier", o.classifier);
    f("adversarial", o.adversarial);
    f("stages", o.stages);
    f("schedule", o.schedule);
}

namespace {

void check(const MiteConfig& c, const std::string& where)
{
    c.network.check(where + ": network");
    const auto refuseIf = [&](bool wrong, const char* reason) {
        if (wrong)
            throw Error(ErrorKind::Usage, fmt::format("{}: {}", where, reason));
    };
    const auto& s = c.schedule;
    refuseIf(c.data.dataset.empty() || c.data.images.empty(), "data.dataset and data.images must be given");
    refuseIf(c.features.taps != "head" || c.features.words != "static",
        "MITE takes the features \"head\" and the words \"static\"");
    refuseIf(s.batch < 2 || s.captionsPerImage < 1 || s.logEvery < 1 || s.saveEvery < 1 || s.validateEvery < 1,
        "schedule: captionsPerImage, logEvery, saveEvery and validateEvery must be at least 1, batch at least 2");
    refuseIf(s.learningRate <= 0 || s.warmup < 0 || s.ema < 0 || s.ema >= 1,
        "schedule: learningRate must be positive and ema in [0, 1)");
    refuseIf(
        c.triplet.margin <= 0 || c.triplet.allFirst < 0, "triplet: margin must be positive, allFirst not negative");
    refuseIf(c.classifier.hidden < 1 || c.classifier.layers < 0 || c.classifier.dropout < 0 || c.classifier.dropout >= 1
            || c.classifier.learningRate <= 0,
        "classifier: hidden and learningRate must be positive, layers not negative, dropout in [0, 1)");
    refuseIf(c.adversarial.weight < 0 || c.adversarial.ramp < 0 || c.adversarial.classifierSteps < 1,
        "adversarial: weight and ramp must not be negative, classifierSteps at least 1");
    for (const auto* stage : { &c.stages.embedding, &c.stages.classifier, &c.stages.adversarial })
        refuseIf(stage->epochs < 0 || stage->patience < 0 || stage->accuracy < 0 || stage->accuracy > 100
                || stage->rate <= 0,
            "stages: epochs and patience must not be negative, accuracy in [0, 100], rate positive");
    refuseIf(c.stages.embedding.accuracy > 0 || c.stages.adversarial.accuracy > 0,
        "stages: only the classifier's ends by its accuracy");
    refuseIf(c.stages.classifier.patience > 0,
        "stages.classifier: recall does not change there, so it cannot end by patience");
    refuseIf(c.stages.embedding.epochs + c.stages.classifier.epochs + c.stages.adversarial.epochs == 0,
        "stages: all are left out");
}

} // namespace

MiteConfig parseMiteConfig(const std::string& text, const std::string& where)
{
    auto config = nn::fromJson<MiteConfig>(parseJson(text, where), where);
    check(config, where);
    return config;
}

MiteConfig readMiteConfig(const std::filesystem::path& file)
{
    auto config = parseMiteConfig(readTextFile(file), file.string());
    config.located = locate(config.data, file);
    return config;
}

std::string toJsonText(const MiteConfig& config)
{
    return nn::toJson(config).dump(2) + "\n";
}

} // namespace wordsight::train
