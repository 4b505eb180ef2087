#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/data/path_text.h"
#include "core/store/library.h"

namespace wordsight::app::cli {
namespace {

constexpr std::size_t kMostPlaces = 20; ///< named one by one

void showJson(const store::Library& library)
{
    Json roots = Json::array();
    for (const auto& root : library.roots())
        roots.push_back(pathText(root));
    Json offline = Json::array();
    for (const auto& place : library.unseen())
        offline.push_back({ { "path", pathText(place.path) }, { "reason", place.reason } });
    Json models = Json::array();
    for (const auto& model : library.models())
        models.push_back({ { "name", model.name }, { "fingerprint", model.fingerprint },
            { "photographs", model.photos }, { "bytes", model.bytes } });
    Json rejected = Json::array();
    for (const auto& file : library.rejected())
        rejected.push_back({ { "path", pathText(file.path) }, { "reason", file.reason } });
    print({ { "library", pathText(library.folder()) }, { "photographs", library.photoCount() }, { "folders", roots },
        { "offline_places", offline }, { "models", models }, { "rejected", rejected } });
}

void showText(const store::Library& library)
{
    say("{}: {}", library.folder().string(), counted(library.photoCount(), "photograph"));
    for (const auto& root : library.roots())
        say("  from {}", root.string());
    const auto offline = library.unseen();
    for (std::size_t i = 0; i < std::min(offline.size(), kMostPlaces); ++i)
        say("  offline: {}: {}", offline[i].path.string(), offline[i].reason);
    if (offline.size() > kMostPlaces)
        say("  offline: {} more (--json names all)",
            counted(static_cast<std::int64_t>(offline.size() - kMostPlaces), "place"));
    if (const auto models = library.models(); !models.empty()) {
        std::vector<std::vector<std::string>> rows { { "model", "photographs", "size", "fingerprint" } };
        for (const auto& model : models)
            rows.push_back({ model.name, fmt::format("{}", model.photos), fileSize(static_cast<double>(model.bytes)),
                model.fingerprint });
        say("");
        printTable(rows, "lrrl");
    }
    if (const auto rejected = library.rejected(); !rejected.empty()) {
        say("");
        say("{} that could not be read:", counted(static_cast<std::int64_t>(rejected.size()), "file"));
        for (const auto& file : rejected)
            say("  {}: {}", file.path.string(), file.reason);
    }
}

} // namespace

void addInfo(CLI::App& program)
{
    struct Options {
        std::filesystem::path library;
        bool json = false;
    };
    auto options = std::make_shared<Options>();
    auto* command = program.add_subcommand("info", "What a library holds");
    command->add_option("--library", options->library, "The library's folder")->required()->transform(namedPath());
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options] {
        const auto library = store::Library::open(options->library, store::Library::Mode::ReadOnly);
        options->json ? showJson(library) : showText(library);
    });
}

} // namespace wordsight::app::cli
