#include "core/train/trainer.h"

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/nn/shared/compute_device.h"
#include "core/train/shared/systems.h"

namespace wordsight::train {
namespace {

const std::map<std::string, System> kSystems {
    { "mite", { trainMite, miteModelConfig } },
    { "mlasm", { trainMlasm, mlasmModelConfig } },
    { "teran", { trainTeran, teranModelConfig } },
};

} // namespace

const System& systemOf(const std::string& configuration, const std::string& where)
{
    const auto config = nlohmann::json::parse(configuration, nullptr, false);
    if (!config.is_object())
        throw Error(ErrorKind::Usage, fmt::format("{} is not a JSON object.", where));
    const auto& named = config.contains("system") ? config.at("system") : nlohmann::json("teran");
    if (const auto found = named.is_string() ? kSystems.find(named.get<std::string>()) : kSystems.end();
        found != kSystems.end())
        return found->second;
    std::vector<std::string> names;
    for (const auto& [name, system] : kSystems)
        names.push_back(name);
    throw Error(ErrorKind::Usage,
        fmt::format("{}: there is no system {}; there is: {}.", where, named.dump(), fmt::join(names, ", ")));
}

void train(const TrainingRun& run, const ProgressCallback& progress)
{
    const auto& system = systemOf(readTextFile(run.config), run.config.string());
    const auto device = nn::computeDevice(run.cuda ? DeviceChoice::Cuda : DeviceChoice::Cpu);
    std::error_code failed;
    std::filesystem::create_directories(run.output / "checkpoints", failed);
    if (failed)
        throw Error(ErrorKind::Io, fmt::format("{} cannot be made: {}", run.output.string(), failed.message()));
    if (!run.resume && std::filesystem::exists(run.output / "state.pt"))
        throw Error(ErrorKind::Usage,
            fmt::format("{} already holds a run. Resume it, or name another folder.", run.output.string()));
    system.train(run, device, progress);
}

} // namespace wordsight::train
