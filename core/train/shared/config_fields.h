#pragma once

#include "core/nn/shared/json_fields.h"
#include "core/train/teran/config.h"

// The parts of a configuration that all three systems share, as JSON fields (json_fields.h).

namespace wordsight::nn {

template <class Fields> void describe(Fields& f, FeatureOptions& o)
{
    f("inputSide", o.inputSide);
    f.choice("taps", o.taps, { "head", "head+s16" });
    f.choice("words", o.words, { "contextual", "static", "contextual+static" });
}

} // namespace wordsight::nn

namespace wordsight::train {

template <class Fields> void describe(Fields& f, DataOptions& o)
{
    f("dataset", o.dataset);
    f("images", o.images);
    f("entities", o.entities);
    f("features", o.features);
    f("cache", o.cache);
    f("trainSplit", o.trainSplit);
    f("validationSplit", o.validationSplit);
    f("views", o.views);
    f("trainLimit", o.trainLimit);
    f("validationLimit", o.validationLimit);
}

/// What every system's schedule has: all but its length and what only some of them measure or can do.
template <class Fields> void describeSteps(Fields& f, ScheduleOptions& o)
{
    f("batch", o.batch);
    f("captionsPerImage", o.captionsPerImage);
    f("learningRate", o.learningRate);
    f("weightDecay", o.weightDecay);
    f("beta2", o.beta2);
    f("warmup", o.warmup);
    f("clip", o.clip);
    f("ema", o.ema);
    f("logEvery", o.logEvery);
    f("saveEvery", o.saveEvery);
    f("validateEvery", o.validateEvery);
}

template <class Fields> void describe(Fields& f, ScheduleOptions& o)
{
    f("epochs", o.epochs);
    describeSteps(f, o);
    f("bf16", o.bf16);
    f("selectPointing", o.selectPointing);
}

/// The text of a configuration. Throws Error{Usage} that begins with `where`.
nlohmann::json parseJson(const std::string& text, const std::string& where);

/// Columns of the pinned image backbone's region features, by the tap they come from.
std::vector<std::int64_t> regionGroupsOf(const nn::FeatureOptions& features);

/// Paths with their variables filled in, absolute from the folder of the configuration `file`; an empty cache becomes
/// the user's. Throws Error{Usage} naming the variable that is not set.
DataOptions locate(const DataOptions& data, const std::filesystem::path& file);

} // namespace wordsight::train
