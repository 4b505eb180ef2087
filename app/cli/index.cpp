#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/base/error.h"
#include "core/engine/library/library_session.h"

namespace wordsight::app::cli {
namespace {

namespace fs = std::filesystem;

struct IndexOptions {
    std::vector<fs::path> photographs;
    fs::path library;
    ModelOptions model;
    FeatureOptions features;
    bool json = false;
};

void show(const engine::IndexReport& report, const std::vector<store::Rejected>& rejected, bool json)
{
    if (json) {
        Json list = Json::array();
        for (const auto* files : { &rejected, &report.withoutFeatures })
            for (const auto& file : *files)
                list.push_back({ { "path", file.path.string() }, { "reason", file.reason } });
        print({ { "added", report.added }, { "unchanged", report.unchanged }, { "moved", report.moved },
            { "removed", report.removed }, { "rejected", list }, { "seconds", report.seconds } });
        return;
    }
    fmt::print("{} added, {} unchanged, {} moved, {} removed in {}\n", report.added, report.unchanged, report.moved,
        report.removed, duration(report.seconds));
    for (const auto& file : rejected)
        fmt::print("not a readable photograph: {}: {}\n", file.path.string(), file.reason);
    for (const auto& file : report.withoutFeatures)
        fmt::print("left out: {}: {}\n", file.path.string(), file.reason);
}

void run(const IndexOptions& options)
{
    auto session = options.model.session(options.library, engine::LibrarySession::IfMissing::Make);
    const auto features = options.features.open();
    const auto* given = features ? &*features : nullptr;
    const auto report = options.photographs.empty()
        ? session.index({}, options.model.name, consoleJob(), given)
        : session.addAndIndex(options.photographs, options.model.name, consoleJob(), given);
    const auto library = store::Library::open(options.library, store::Library::Mode::ReadOnly);
    if (options.photographs.empty() && library.roots().empty())
        throw Error(ErrorKind::Usage,
            fmt::format("{} has no folders yet. Name the photographs to index.", options.library.string()));
    show(report, library.rejected(), options.json);
    if (report.stopped)
        throw Error(
            ErrorKind::Cancelled, "Interrupted. What was indexed so far is searchable; the next run continues.");
}

} // namespace

void addIndex(CLI::App& program)
{
    auto options = std::make_shared<IndexOptions>();
    auto* command = program.add_subcommand("index", "Bring a library up to date with photographs");
    command->add_option(
        "PHOTOS", options->photographs, "Folders (with all below them) or files [the library's folders]");
    command->add_option("--library", options->library, "The library's folder; made if missing")->required();
    options->model.addTo(*command);
    options->features.addTo(*command);
    command->add_flag("--json", options->json, "Print the report as JSON");
    command->callback([options] { run(*options); });
}

} // namespace wordsight::app::cli
