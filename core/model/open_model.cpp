#include <algorithm>

#include <fmt/format.h>
#include <torch/torch.h>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/model/architectures/architectures.h"
#include "core/model/image_text_model.h"

namespace wordsight::model {

namespace fs = std::filesystem;

std::string fingerprintOf(const ModelConfig& config)
{
    const std::string identity = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", nameOf(config.architecture),
        config.features.inputSide, nameOf(config.features.taps), nameOf(config.features.words), config.network,
        config.imageBackbone.sha256, config.textBackbone.sha256, config.weightsSha256);
    return contentHash(std::as_bytes(std::span(identity))).substr(0, 16);
}

bool takesPhotographs(const ModelConfig& config)
{
    return !config.imageBackbone.path.empty() || traitsOf(config.architecture).ownImageNetwork;
}

std::vector<ImageEncoding> ImageTextModel::encodeImages(std::span<const image::Image>)
{
    throw Error(ErrorKind::Usage,
        fmt::format(
            "The model {} takes regions that another program has found and described, not photographs.", info().name));
}

std::vector<ImageEncoding> ImageTextModel::encodeFeatures(std::span<const RegionFeatures>)
{
    throw Error(
        ErrorKind::Usage, fmt::format("The model {} encodes photographs itself; it takes no features.", info().name));
}

std::unique_ptr<ImageTextModel> openModel(const fs::path& folder, const WeightsFolder& weights, DeviceChoice device)
{
    const VerifiedModel model { readModelConfig(folder), folder, weights };
    for (const PinnedFile& file : filesOf(model.config, folder, weights))
        verify(file);
    return traitsOf(model.config.architecture).open(model, device);
}

void setComputeThreads(int threads)
{
    torch::set_num_threads(std::max(threads, 1));
}

} // namespace wordsight::model
