#include "core/base/file.h"
#include "core/train/mite/loop.h"
#include "core/train/shared/systems.h"

namespace wordsight::train {

namespace {

/// One row per photograph, as nn::MiteImpl::pool() makes it.
DataRequest requestOf(const MiteConfig& config, const model::WeightsFolder& weights)
{
    FeatureRequest features;
    features.groups = { config.network.imageDimension };
    features.norm = config.network.regionNorm;
    features.averaged = true;
    return dataRequest(config.run, config.schedule, weights, std::move(features));
}

} // namespace

model::ModelConfig miteModelConfig(const std::string& configuration, const std::string& where)
{
    const auto config = parseMiteConfig(configuration, where);
    auto made = modelConfigOf(config.run);
    made.network = config.network.toJson().dump();
    made.globalWeight = 1;
    return made;
}

void trainMite(const TrainingRun& run, torch::Device device, const JobControl& job)
{
    const auto config = readMiteConfig(run.config);
    TrainingData data(requestOf(config, run.weights), device, job);
    MiteLoop loop(config, data, run, device);
    writeFileAtomically(run.output / "training.json", toJsonText(config));
    loop.run(job);
    exportModelFolder(run.output, run.output);
}

} // namespace wordsight::train
