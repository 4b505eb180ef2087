#pragma once

#include "core/engine/library/index_plan.h"
#include "core/engine/library/run_index.h"

namespace wordsight::test {

/// Brings the library up to date with what lies below `paths`, with a model that is open already.
inline engine::IndexReport index(store::Library& library, std::span<const std::filesystem::path> paths,
    model::ImageTextModel& model, const JobControl& job, const engine::PhotographFeatures* features = nullptr)
{
    const engine::IndexPlan plan = engine::planIndex(library, paths, model.info().fingerprint);
    return engine::runIndex(
        library, plan, [&model]() -> model::ImageTextModel& { return model; }, job, features);
}

} // namespace wordsight::test
