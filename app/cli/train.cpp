#include <limits> // any header of the standard library says whether this is glibc

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/composition.h"
#include "core/train/trainer.h"

namespace wordsight::app::cli {

namespace {

/// A step frees and asks for the same gigabytes as the one before it; given back to the system in between, their pages
/// are zeroed again every time, which takes as long as the step.
void keepFreedMemory()
{
#ifdef __GLIBC__
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TOP_PAD, 64 << 20);
#endif
}

} // namespace

void addTrain(CLI::App& program)
{
    auto run = std::make_shared<train::TrainingRun>();
    auto* command = program.add_subcommand("train", "Train a model; a stopped or killed run continues with --resume");
    command->add_option("--config", run->config, "Configuration (models/configs/*.json)")->required();
    command->add_option(
        "--output", run->output, "Folder for checkpoints, log and the model [runs/<name of the configuration>]");
    command->add_flag("--resume", run->resume, "Continue from the last saved step");
    command->add_flag("--cuda", run->cuda, "Train on the GPU");
    command->callback([run] {
        if (run->output.empty())
            run->output = "runs" / run->config.stem();
        run->weights = weightsFolder();
        keepFreedMemory();
        train::train(*run, consoleJob());
        say("The model is in {}", run->output.string());
    });
}

} // namespace wordsight::app::cli
