#include "core/base/file.h"
#include "core/train/internal/systems.h"
#include "core/train/internal/trainer_loop.h"

namespace wordsight::train {

void trainTeran(const TrainingRun& run, torch::Device device, const ProgressCallback& progress)
{
    const auto config = readTrainingConfig(run.config);
    TrainingData data(config, device, progress);
    TrainerLoop loop(config, data, run, device);
    writeFileAtomically(run.output / "training.json", toJsonText(config));
    loop.run(progress);
    exportModelFolder(run.output, run.output);
}

} // namespace wordsight::train
