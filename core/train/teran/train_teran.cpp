#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/dataset/regions/region_source.h"
#include "core/train/shared/systems.h"
#include "core/train/teran/trainable_teran.h"

namespace wordsight::train {

namespace {

DataRequest requestOf(const TrainingConfig& config, std::shared_ptr<const dataset::RegionSource> source)
{
    const auto& network = config.network;
    FeatureRequest features;
    features.features = config.features;
    features.groups = network.regionGroups;
    features.norm = network.image.inputNorm;
    features.scale = network.image.inputScale;
    features.tuning = config.tuning;
    features.source = std::move(source);
    auto request = dataRequest(config.located, config.schedule, config.seed, std::move(features));
    request.frozen = config.backbone == "frozen";
    request.coverage = config.loss.coverage;
    return request;
}

} // namespace

model::ModelConfig teranModelConfig(const std::string& configuration, const std::string& where)
{
    const auto config = parseTrainingConfig(configuration, where);
    auto made = model::configOfPinnedBackbones();
    made.name = config.name;
    made.description = config.description;
    made.licence = config.licence;
    made.features = config.features;
    if (!config.data.features.empty())
        made.imageBackbone = {};
    made.network = config.network.toJson().dump();
    made.pooling = config.loss.pooling;
    return made;
}

void trainTeran(const TrainingRun& run, torch::Device device, const ProgressCallback& progress)
{
    auto config = readTrainingConfig(run.config);
    std::shared_ptr<const dataset::RegionSource> source;
    if (!config.located.features.empty()) {
        source = dataset::openRegions(config.located.features, progress);
        config.network.regionGroups = { std::int64_t(source->dimension()) };
        if (config.network.boxes && !source->hasBoxes())
            throw Error(ErrorKind::Usage,
                fmt::format("{}: the features came without boxes; set network.boxes to false.", run.config.string()));
    }
    TrainingData data(requestOf(config, source), device, progress);
    TrainableTeran trainable(config, data, device);
    TrainerLoop loop(trainable, data, config.schedule, toJsonText(config), run);
    writeFileAtomically(run.output / "training.json", toJsonText(config));
    loop.run(progress);
    exportModelFolder(run.output, run.output);
}

} // namespace wordsight::train
