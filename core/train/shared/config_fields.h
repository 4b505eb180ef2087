#pragma once

#include "core/nn/shared/json_fields.h"
#include "core/train/shared/run_options.h"

// The parts of a configuration that all three systems share, as JSON fields (json_fields.h).

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

/// The fields of RunOptions stand beside a system's own.
template <class Fields> void describeRun(Fields& f, RunOptions& o)
{
    f("system", o.system);
    f("name", o.name);
    f("description", o.description);
    f("licence", o.licence);
    f("seed", o.seed);
    f("features", o.features);
    f("data", o.data);
}

} // namespace wordsight::train
