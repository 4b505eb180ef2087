#include "core/train/trainer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/model/architecture.h"
#include "core/nn/shared/compute_device.h"
#include "core/train/shared/systems.h"

namespace wordsight::train {
namespace {

constexpr System kTeran { trainTeran, teranModelConfig };
constexpr System kMlasm { trainMlasm, mlasmModelConfig };
constexpr System kMite { trainMite, miteModelConfig };

/// Null where nothing trains such models.
const System* systemFor(model::Architecture architecture)
{
    using enum model::Architecture;
    switch (architecture) {
    case Teran:
        return &kTeran;
    case Mlasm:
        return &kMlasm;
    case Mite:
        return &kMite;
    case Teran2021:
    case Clip:
    case Siglip:
        break;
    }
    return nullptr;
}

} // namespace

const System& systemOf(const std::string& configuration, const std::string& where)
{
    const auto config = nlohmann::json::parse(configuration, nullptr, false);
    if (!config.is_object())
        throw Error(ErrorKind::Usage, fmt::format("{} is not a JSON object.", where));
    const auto& asked = config.contains("system") ? config.at("system") : nlohmann::json("teran");
    const auto architecture = asked.is_string() ? named<model::Architecture>(asked.get<std::string>()) : std::nullopt;
    if (const System* system = architecture ? systemFor(*architecture) : nullptr)
        return *system;
    throw Error(ErrorKind::Usage,
        fmt::format("{}: there is no system {}; there is: {}.", where, asked.dump(), model::trainableNames()));
}

void train(const TrainingRun& run, const JobControl& job)
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
    system.train(run, device, job);
}

} // namespace wordsight::train
