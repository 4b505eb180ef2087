#include "core/train/trainer.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/train/internal/trainer_loop.h"

namespace wordsight::train {

void train(const TrainingRun& run, const ProgressCallback& progress)
{
    const auto config = readTrainingConfig(run.config);
    if (run.cuda && !torch::cuda::is_available())
        throw Error(ErrorKind::Usage, "There is no usable CUDA device. Train with --device cpu.");
    const torch::Device device(run.cuda ? torch::kCUDA : torch::kCPU);
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
