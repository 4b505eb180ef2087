#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/hints.h"
#include "app/composition.h"
#include "core/base/error.h"
#include "core/data/utf8.h"

namespace {

enum ExitCode { Done = 0, Defect = 1, Usage = 2, UnreadableInput = 3, Mismatch = 4, Interrupted = 130 };

int exitCode(wordsight::ErrorKind kind)
{
    using enum wordsight::ErrorKind;
    switch (kind) {
    case Usage:
        return ExitCode::Usage;
    case UnreadableInput:
    case Io:
        return ExitCode::UnreadableInput;
    case ModelMismatch:
    case LibraryMismatch:
        return ExitCode::Mismatch;
    case Cancelled:
        return ExitCode::Interrupted;
    case Internal:
        break;
    }
    return ExitCode::Defect;
}

} // namespace

int main(int argc, char** argv)
{
    using namespace wordsight::app;
    CLI::App program { "Search your own photographs by sentence, and see which words found them where.",
        "wordsight-cli" };
    program.set_version_flag("--version", "wordsight-cli " + version());
    program.require_subcommand(1);
    program.failure_message([](const CLI::App*, const CLI::Error& error) {
        return fmt::format("{}\nRun with --help for more information.\n", wordsight::printable(error.what()));
    });
    for (auto* add : { cli::addIndex, cli::addSearch, cli::addAlign, cli::addEval, cli::addEvalGrounding, cli::addTrain,
             cli::addModels, cli::addModalityGap, cli::addInfo, cli::addLibrary })
        add(program);

    try {
        configure();
        cli::watchInterrupts();
        program.parse(argc, argv);
        return Done;
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? Done : Usage;
    } catch (const wordsight::Error& error) {
        cli::warn("{}", cli::sentence(error));
        return exitCode(error.kind());
    } catch (const std::exception& error) {
        cli::warn(
            "Something went wrong inside Wordsight that should not have. Please report it with the command that you "
            "gave. ({})",
            error.what());
        return Defect;
    }
}
