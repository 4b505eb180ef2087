#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/base/error.h"
#include "core/engine/library/library_check.h"
#include "core/store/backup.h"

namespace wordsight::app::cli {
namespace {

namespace fs = std::filesystem;

struct LibraryOptions {
    fs::path library;
    fs::path other; ///< backup
    bool repair = false;
    bool quick = false;
    bool replace = false;
    bool json = false;
};

const char* nameOf(engine::LibraryFinding::Kind kind)
{
    using enum engine::LibraryFinding::Kind;
    switch (kind) {
    case Database:
        return "database";
    case Vectors:
        return "vectors";
    case Thumbnail:
        return "thumbnail";
    case Photograph:
        return "photograph";
    }
    return "";
}

void showJson(const engine::LibraryCheck& check)
{
    Json findings = Json::array();
    for (const auto& finding : check.findings)
        findings.push_back(
            { { "kind", nameOf(finding.kind) }, { "text", finding.text }, { "mended", finding.mended } });
    print({ { "photographs", check.photographs }, { "vectors", check.vectors },
        { "without_checksums", check.withoutChecksums }, { "absent", check.absent }, { "changed", check.changed },
        { "findings", findings }, { "models_to_index", check.modelsToIndex } });
}

void showText(const engine::LibraryCheck& check, const fs::path& library)
{
    for (const auto& finding : check.findings)
        say("{}  {}", finding.mended ? "mended " : "DAMAGED", finding.text);
    say("{}, {} held against their checksums", counted(check.photographs, "photograph"),
        counted(check.vectors, "vector"));
    if (check.withoutChecksums > 0)
        say("{} in files of an older version without checksums; `library compact` gives them some",
            counted(check.withoutChecksums, "vector is", "vectors are"));
    if (check.absent > 0)
        say("{} cannot be seen now", counted(check.absent, "photograph"));
    if (check.changed > 0)
        say("{} changed since then", counted(check.changed, "photograph has", "photographs have"));
    for (const auto& model : check.modelsToIndex)
        say("to encode again what was lost: wordsight-cli index --library {} --model {}", library.string(), model);
}

void verify(const LibraryOptions& options)
{
    const auto check = engine::checkLibrary(options.library, options.repair ? engine::Repair::Yes : engine::Repair::No,
        options.quick ? engine::Reading::OwnFiles : engine::Reading::Everything, consoleJob());
    options.json ? showJson(check) : showText(check, options.library);
    if (const auto left = check.unmended(); left > 0)
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format("{} {} damaged{}.", left, left == 1 ? "thing is" : "things are",
                options.repair ? " that could not be mended" : ""),
            options.repair ? Hint::None : Hint::RepairLibrary);
}

void backUp(const LibraryOptions& options)
{
    store::backUp(options.library, options.other, consoleJob());
    say("{} is a copy of {}", options.other.string(), options.library.string());
}

void restore(const LibraryOptions& options)
{
    std::error_code error;
    if (!options.replace && fs::exists(options.library / "library.db", error))
        throw Error(ErrorKind::Usage,
            fmt::format(
                "There is a library in {} already. --replace puts the backup in its place.", options.library.string()));
    store::restore(options.other, options.library, consoleJob());
    say("{} is again as in {}", options.library.string(), options.other.string());
}

void compact(const LibraryOptions& options)
{
    const auto report = engine::compactLibrary(options.library, consoleJob());
    if (options.json)
        print({ { "bytes_before", report.bytesBefore }, { "bytes_after", report.bytesAfter } });
    else
        say("{} before, {} after", fileSize(static_cast<double>(report.bytesBefore)),
            fileSize(static_cast<double>(report.bytesAfter)));
}

} // namespace

void addLibrary(CLI::App& program)
{
    auto options = std::make_shared<LibraryOptions>();
    auto* command = program.add_subcommand("library", "Verify, repair, back up, restore or compact a library");
    command->require_subcommand(1);
    auto* verifying = command->add_subcommand("verify", "Look for damage, and mend it with --repair");
    auto* backingUp = command->add_subcommand("backup", "Copy the library into a folder that is not there yet");
    auto* restoring = command->add_subcommand("restore", "Put a backup in the place of the library");
    auto* compacting = command->add_subcommand("compact", "Sweep away what belongs to no photograph any more");
    for (auto* action : { verifying, backingUp, restoring, compacting })
        action->add_option("--library", options->library, "The library's folder")->required()->transform(namedPath());
    for (auto* action : { verifying, compacting })
        action->add_flag("--json", options->json, "Print JSON");
    verifying->add_flag("--repair", options->repair, "Mend what is damaged; photographs are only read");
    verifying->add_flag("--quick", options->quick, "Do not read the photographs themselves");
    backingUp->add_option("FOLDER", options->other, "Becomes the backup")->required()->transform(namedPath());
    restoring->add_option("BACKUP", options->other, "A folder that `library backup` made")
        ->required()
        ->transform(namedPath());
    restoring->add_flag("--replace", options->replace, "Also where there is a library already");
    verifying->callback([options] { verify(*options); });
    backingUp->callback([options] { backUp(*options); });
    restoring->callback([options] { restore(*options); });
    compacting->callback([options] { compact(*options); });
}

} // namespace wordsight::app::cli
