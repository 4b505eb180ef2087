#include "core/train/trainer.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/model/internal/compute_device.h"
#include "core/train/internal/trainer_loop.h"

namespace wordsight::train {

void train(const TrainingRun& run, const ProgressCallback& progress)
{
    const auto config = readTrainingConfig(run.config);
    const auto device = model::computeDevice(run.cuda ? model::DeviceChoice::Cuda : model::DeviceChoice::Cpu);
    std::error_code failed;
    std::filesystem::create_directories(run.output / "checkpoints", failed);
    if (failed)
        throw Error(ErrorKind::Io, fmt::format("{} cannot be made: {}", run.output.string(), failed.message()));
    if (!run.resume && std::filesystem::exists(run.output / "state.pt"))
        throw Error(ErrorKind::Usage, fmt::format("{} already holds a run. Resume it, or name another folder.", run.output.string()));
    TrainingData data(config, device, progress);
    TrainerLoop loop(config, data, run, device);
    writeFileAtomically(run.output / "training.json", toJsonText(config));
    loop.run(progress);
    exportModelFolder(run.output, run.output);
}

} // namespace wordsight::train
