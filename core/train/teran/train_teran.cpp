#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/dataset/regions/region_source.h"
#include "core/train/shared/systems.h"
#include "core/train/teran/trainable_teran.h"

namespace wordsight::train {

namespace {

DataRequest requestOf(
    const TeranConfig& config, const model::WeightsFolder& weights, std::shared_ptr<const dataset::RegionSource> source)
{
    const auto& network = config.network;
    FeatureRequest features;
    features.groups = network.regionGroups;
    features.norm = network.image.inputNorm;
    features.scale = network.image.inputScale;
    features.tuning = config.tuning;
    features.source = std::move(source);
    auto request = dataRequest(config.run, config.schedule, weights, std::move(features));
    request.frozen = config.backbone == BackboneUse::Frozen;
    request.coverage = config.loss.coverage;
    return request;
}

} // namespace

model::ModelConfig teranModelConfig(const std::string& configuration, const std::string& where)
{
    const auto config = parseTeranConfig(configuration, where);
    auto made = modelConfigOf(config.run);
    if (!config.run.data.features.empty())
        made.imageBackbone = {};
    made.network = config.network.toJson().dump();
    made.pooling = config.loss.pooling;
    return made;
}

void trainTeran(const TrainingRun& run, torch::Device device, const JobControl& job)
{
    auto config = readTeranConfig(run.config);
    std::shared_ptr<const dataset::RegionSource> source;
    if (!config.run.located.features.empty()) {
        source = dataset::openRegions(config.run.located.features, job);
        config.network.regionGroups = { std::int64_t(source->dimension()) };
        if (config.network.boxes && !source->hasBoxes())
            throw Error(ErrorKind::Usage,
                fmt::format("{}: the features came without boxes; set network.boxes to false.", run.config.string()));
    }
    TrainingData data(requestOf(config, run.weights, source), device, job);
    TrainableTeran trainable(config, data, run.weights, device);
    TrainerLoop loop(trainable, data, config.schedule, toJsonText(config), run);
    writeFileAtomically(run.output / "training.json", toJsonText(config));
    loop.run(job);
    exportModelFolder(run.output, run.output);
}

} // namespace wordsight::train
