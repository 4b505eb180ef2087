#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <torch/torch.h>

#include "core/align/pooling.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/model/architectures/architectures.h"
#include "core/model/image_text_model.h"

namespace wordsight::model {
namespace {

namespace fs = std::filesystem;

struct Architecture {
    OpenArchitecture open;
    bool ownImageNetwork = false; ///< else photographs need a backbone
};

const std::map<std::string, Architecture> kArchitectures {
    { "clip", { openClip, true } },
    { "mite", { openMite } },
    { "mlasm", { openMlasm } },
    { "siglip", { openClip, true } },
    { "teran", { openTeran } },
    { "teran-2021", { openTeran2021 } },
};

void check(const ModelConfig& config, const fs::path& folder)
{
    if (!align::poolingNamed(config.pooling))
        throw Error(
            ErrorKind::ModelMismatch, fmt::format("{}: there is no pooling \"{}\".", folder.string(), config.pooling));
    for (const PinnedFile& file : filesOf(config, folder))
        verify(file);
}

} // namespace

std::string fingerprintOf(const ModelConfig& config)
{
    const std::string identity = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", config.architecture, config.features.inputSide,
        config.features.taps, config.features.words, config.network, config.imageBackbone.sha256,
        config.textBackbone.sha256, config.weightsSha256);
    return contentHash(std::as_bytes(std::span(identity))).substr(0, 16);
}

bool takesPhotographs(const ModelConfig& config)
{
    const auto architecture = kArchitectures.find(config.architecture);
    return !config.imageBackbone.path.empty()
        || (architecture != kArchitectures.end() && architecture->second.ownImageNetwork);
}

std::unique_ptr<ImageTextModel> openModel(const fs::path& folder, DeviceChoice choice)
{
    const ModelConfig config = readModelConfig(folder);
    const auto architecture = kArchitectures.find(config.architecture);
    if (architecture == kArchitectures.end())
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{}: this program knows no architecture \"{}\".", folder.string(), config.architecture));
    check(config, folder);
    return architecture->second.open(config, folder, choice);
}

void setComputeThreads(int threads)
{
    torch::set_num_threads(std::max(threads, 1));
}

} // namespace wordsight::model
