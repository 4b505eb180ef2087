#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "core/train/trainer.h"

namespace wordsight::app::cli {

void addTrain(CLI::App& program)
{
    auto run = std::make_shared<train::TrainingRun>();
    auto* command = program.add_subcommand("train", "Train a model; a stopped or killed run continues with --resume");
    command->add_option("--config", run->config, "Configuration (models/configs/*.json)")->required();
    command->add_option("--output", run->output, "Folder for checkpoints, log and the model [runs/<name of the configuration>]");
    command->add_flag("--resume", run->resume, "Continue from the last saved step");
    command->add_flag("--cuda", run->cuda, "Train on the GPU");
    command->callback([run] {
        if (run->output.empty())
            run->output = "runs" / run->config.stem();
        train::train(*run, consoleProgress());
        fmt::print("The model is in {}\n", run->output.string());
    });
}

} // namespace wordsight::app::cli
