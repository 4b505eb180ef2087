#include "app/composition.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include <opencv2/core/utility.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "app/fetching.h"
#include "core/engine/model_catalog.h"
#include "core/image/isolated/decoder_pool.h"

namespace wordsight::app {
namespace {

std::filesystem::path setting(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// What is installed beside the program, else what lies in the tree that it was built in.
std::filesystem::path installedOrBuilt(const char* installed, const std::filesystem::path& built)
{
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    const auto beside = program.parent_path().parent_path() / installed;
    return std::filesystem::exists(beside, ignored) ? beside : built;
}

} // namespace

void configure()
{
    model::setComputeThreads(static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
    cv::setNumThreads(1); // photographs are stretched side by side, one thread each
    image::decodeInHelpers(installedOrBuilt("libexec/wordsight/wordsight-decoder", WORDSIGHT_BUILT_DECODER));

    auto logger = spdlog::stderr_color_mt("wordsight");
    logger->set_pattern("%^%l%$: %v");
    logger->set_level(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
}

std::string version()
{
    return WORDSIGHT_VERSION;
}

std::filesystem::path userModelsFolder()
{
    if (const auto named = setting("WORDSIGHT_MODELS"); !named.empty())
        return named;
    if (const auto data = setting("XDG_DATA_HOME");
        data.is_absolute()) // a relative one is to be ignored, says its standard
        return data / "wordsight/models";
    return setting("HOME") / ".local/share/wordsight/models";
}

std::filesystem::path programModelsFolder()
{
    return installedOrBuilt("share/wordsight/models", WORDSIGHT_MODELS_FOLDER);
}

model::WeightsFolder weightsFolder()
{
    if (const auto named = setting("WORDSIGHT_DEPS"); !named.empty())
        return { named };
    return { installedOrBuilt("share/wordsight/weights", WORDSIGHT_DEPS_FOLDER) };
}

std::vector<std::filesystem::path> modelsFolders()
{
    return { userModelsFolder(), programModelsFolder() };
}

engine::FetchPlaces fetchPlaces()
{
    return { installedOrBuilt("libexec/wordsight/wordsight-fetch", WORDSIGHT_BUILT_FETCH),
        installedOrBuilt("share/wordsight/models.json", WORDSIGHT_MODEL_LIST), modelsFolders(), weightsFolder() };
}

std::unique_ptr<model::ImageTextModel> openModel(const std::string& nameOrPath, DeviceChoice device)
{
    return model::openModel(engine::modelFolder(modelsFolders(), nameOrPath), weightsFolder(), device);
}

engine::ModelSource modelSource(DeviceChoice device)
{
    return { [device](const std::string& name) { return openModel(name.empty() ? defaultModel : name, device); },
        [] { return engine::installedModels(modelsFolders()); }, defaultModel };
}

} // namespace wordsight::app
