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
    f("updates", o.updates);
    f("weight", o.weight);
    f("ramp", o.ramp);
    f("target", o.target);
    f("classifierSteps", o.classifierSteps);
}

template <class Fields> void describe(Fields& f, TripletOptions& o)
{
    f("margin", o.margin);
    f("negatives", o.negatives);
    f("allFirst", o.allFirst);
    f("maskSamePhoto", o.maskSamePhoto);
}

template <class Fields> void describe(Fields& f, MiteSchedule& o)
{
    describeSteps(f, o);
}

template <class Fields> void describe(Fields& f, MiteConfig& o)
{
    describeRun(f, o.run);
    f("network", o.network);
    f("triplet", o.triplet);
    f("classifier", o.classifier);
    f("adversarial", o.adversarial);
    f("stages", o.stages);
    f("schedule", o.schedule);
}

namespace {

void checkMite(const MiteConfig& c, const std::string& where)
{
    c.network.check(where + ": network");
    check(c.run, model::Architecture::Mite, c.schedule, where);
    const auto refuse = [&](bool wrong, const char* reason) { nn::refuseIf(wrong, where, reason); };
    refuse(c.run.features.taps != nn::RegionTaps::Head || c.run.features.words != nn::WordStates::Static,
        "MITE takes the features \"head\" and the words \"static\"");
    refuse(c.triplet.margin <= 0 || c.triplet.allFirst < 0, "triplet: margin must be positive, allFirst not negative");
    refuse(c.classifier.hidden < 1 || c.classifier.layers < 0 || c.classifier.dropout < 0 || c.classifier.dropout >= 1
            || c.classifier.learningRate <= 0,
        "classifier: hidden and learningRate must be positive, layers not negative, dropout in [0, 1)");
    refuse(c.adversarial.weight < 0 || c.adversarial.ramp < 0 || c.adversarial.classifierSteps < 1,
        "adversarial: weight and ramp must not be negative, classifierSteps at least 1");
    for (const auto* stage : { &c.stages.embedding, &c.stages.classifier, &c.stages.adversarial })
        refuse(stage->epochs < 0 || stage->patience < 0 || stage->accuracy < 0 || stage->accuracy > 100
                || stage->rate <= 0,
            "stages: epochs and patience must not be negative, accuracy in [0, 100], rate positive");
    refuse(c.stages.embedding.accuracy > 0 || c.stages.adversarial.accuracy > 0,
        "stages: only the classifier's ends by its accuracy");
    refuse(c.stages.classifier.patience > 0,
        "stages.classifier: recall does not change there, so it cannot end by patience");
    refuse(c.stages.embedding.epochs + c.stages.classifier.epochs + c.stages.adversarial.epochs == 0,
        "stages: all are left out");
}

} // namespace

MiteConfig parseMiteConfig(const std::string& text, const std::string& where)
{
    auto config = nn::fromJson<MiteConfig>(parseJson(text, where), where);
    checkMite(config, where);
    return config;
}

MiteConfig readMiteConfig(const std::filesystem::path& file)
{
    auto config = parseMiteConfig(readTextFile(file), file.string());
    config.run.located = locate(config.run.data, file);
    return config;
}

std::string toJsonText(const MiteConfig& config)
{
    return nn::toJson(config).dump(2) + "\n";
}

} // namespace wordsight::train
