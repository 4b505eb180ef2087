#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/base/error.h"
#include "core/data/path_text.h"
#include "core/engine/library/library_session.h"

namespace wordsight::app::cli {
namespace {

namespace fs = std::filesystem;

struct IndexOptions {
    std::vector<fs::path> photographs;
    fs::path library;
    ModelOptions model;
    FeatureOptions features;
    std::vector<std::string> exclude;
    std::vector<std::string> include;
    std::string links;
    bool prune = false;
    bool json = false;
};

void showJson(const engine::IndexReport& report, const std::vector<store::Rejected>& rejected)
{
    Json list = Json::array(), offline = Json::array(), left = Json::array(), kinds = Json::object(),
         notes = Json::array();
    for (const auto* files : { &rejected, &report.withoutFeatures })
        for (const auto& file : *files)
            list.push_back({ { "path", pathText(file.path) }, { "reason", file.reason } });
    for (const auto& file : report.notes)
        notes.push_back({ { "path", pathText(file.path) }, { "reason", file.reason } });
    for (const auto& place : report.offline)
        offline.push_back({ { "path", pathText(place.path) }, { "reason", place.reason },
            { "photographs", place.photographs }, { "may_be_deleted", place.mayBeDeleted } });
    for (const auto& folder : report.notEntered)
        left.push_back({ { "path", pathText(folder.path) }, { "reason", folder.reason } });
    for (const auto& [ending, count] : report.passedOver)
        kinds[ending] = count;
    print({ { "added", report.added }, { "copied", report.copied }, { "unchanged", report.unchanged },
        { "moved", report.moved }, { "removed", report.removed }, { "offline", report.offlineCount() },
        { "offline_places", offline }, { "rejected", list }, { "notes", notes }, { "passed_over", kinds },
        { "not_entered", left }, { "seconds", report.seconds } });
}

void showText(const engine::IndexReport& report, const std::vector<store::Rejected>& rejected)
{
    say("{} added, {} unchanged, {} moved, {} removed in {}", report.added, report.unchanged, report.moved,
        report.removed, duration(report.seconds));
    for (const auto& place : report.offline)
        say("offline: {}: {}{}", place.path.string(), place.reason,
            place.photographs > 0 ? fmt::format(" ({} kept)", counted(place.photographs, "photograph")) : "");
    if (const std::int64_t gone = report.offlineCount(true); gone > 0)
        say("If {} deleted, as it seems, index with --prune to forget {}.",
            counted(gone, "photograph was", "photographs were"), gone == 1 ? "it" : "them");
    for (const auto& file : rejected)
        say("not a readable photograph: {}: {}", file.path.string(), file.reason);
    for (const auto& file : report.notes)
        say("read with a note: {}: {}", file.path.string(), file.reason);
    for (const auto& file : report.withoutFeatures)
        say("left out: {}: {}", file.path.string(), file.reason);
    for (const auto& folder : report.notEntered)
        say("not entered: {}: {}", folder.path.string(), folder.reason);
    if (!report.passedOver.empty())
        say("{} that Wordsight does not read: {}",
            counted(report.passedOverCount(), "file of a kind", "files of kinds"), report.passedOverKinds());
}

/// A folder that a person named or added and that cannot be looked into is no success, whatever else was done; nor is a
/// run that could look nowhere. One drive of several that is not there is told, and no failure.
void complainOfUnreadable(const engine::IndexReport& report)
{
    std::vector<std::string> unreadable, unseen;
    for (const auto& place : report.offline)
        if (place.isRoot && !place.mayBeDeleted) {
            unseen.push_back(fmt::format("{} ({})", place.path.string(), place.reason));
            if (place.isUnreadable)
                unreadable.push_back(unseen.back());
        }
    const bool sawNothing = !unseen.empty() && static_cast<std::int64_t>(unseen.size()) == report.roots;
    if (const auto& folders = sawNothing ? unseen : unreadable; !folders.empty())
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("Cannot look into {}. What the library knows of it stays; index again once it can be seen.",
                fmt::join(folders, ", ")));
}

void run(const IndexOptions& options)
{
    auto session = options.model.session(options.library, engine::LibrarySession::IfMissing::Make);
    const auto features = options.features.open();
    const auto* given = features ? &*features : nullptr;
    engine::IndexSettings settings { options.prune, options.exclude, options.include, {} };
    if (!options.links.empty())
        settings.enterLinks = options.links == "enter";
    const auto report = options.photographs.empty()
        ? session.index({}, options.model.name, consoleJob(), given, settings)
        : session.addAndIndex(options.photographs, options.model.name, consoleJob(), given, settings);
    const auto library = store::Library::open(options.library, store::Library::Mode::ReadOnly);
    if (options.photographs.empty() && library.roots().empty())
        throw Error(ErrorKind::Usage,
            fmt::format("{} has no folders yet. Name the photographs to index.", options.library.string()));
    options.json ? showJson(report, library.rejected()) : showText(report, library.rejected());
    if (report.stopped)
        throw Error(
            ErrorKind::Cancelled, "Interrupted. What was indexed so far is searchable; the next run continues.");
    complainOfUnreadable(report);
}

} // namespace

void addIndex(CLI::App& program)
{
    auto options = std::make_shared<IndexOptions>();
    auto* command = program.add_subcommand("index", "Bring a library up to date with photographs");
    command
        ->add_option("PHOTOS", options->photographs, "Folders (with all below them) or files [the library's folders]")
        ->transform(namedPath());
    command->add_option("--library", options->library, "The library's folder; made if missing")
        ->required()
        ->transform(namedPath());
    options->model.addTo(*command);
    options->features.addTo(*command);
    command
        ->add_option("--exclude", options->exclude,
            "Leave out what matches, from now on: a name (*.gif, drafts/) or a way below the folder (2019/*)")
        ->type_size(1)
        ->allow_extra_args(false);
    command->add_option("--include", options->include, "Leave a pattern of --exclude out no more")
        ->type_size(1)
        ->allow_extra_args(false);
    command->add_option("--links", options->links, "Whether folders that are links are gone over [enter]")
        ->check(CLI::IsMember({ "enter", "skip" }));
    command->add_flag("--prune", options->prune,
        "Forget photographs that are not there any more, however many; not those of a drive that is not there");
    command->add_flag("--json", options->json, "Print the report as JSON");
    command->callback([options] { run(*options); });
}

} // namespace wordsight::app::cli
