// wordsight-fetch REPOSITORY [FOLDER] [--patience SECONDS]: says in lines of JSON what a repository
// of a model hub holds, and fetches what an import needs of it into a folder. Started by wordsight and wordsight-cli,
// which have no network code of their own; what its lines mean is read in core/engine/fetching/fetch_process.cpp.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/fetch/fetch.h"
#include "core/base/error.h"

namespace {

using namespace wordsight;

volatile std::sig_atomic_t stopRequested = 0;

struct Arguments {
    std::string repository;
    std::optional<std::filesystem::path> folder;
    fetch::Patience patience;
};

Arguments argumentsOf(int argc, char** argv)
{
    Arguments arguments;
    std::vector<std::string> plain;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--patience" && i + 1 < argc)
            arguments.patience.seconds = std::max(1L, std::strtol(argv[++i], nullptr, 10));
        else
            plain.push_back(argument);
    }
    if (plain.empty() || plain.size() > 2)
        throw Error(ErrorKind::Usage, "Usage: wordsight-fetch REPOSITORY [FOLDER]");
    arguments.repository = plain[0];
    if (plain.size() == 2)
        arguments.folder = plain[1];
    return arguments;
}

/// A line that whoever started this reads at once. Ends the program if nobody does any more (SIGPIPE).
void say(const nlohmann::json& line)
{
    fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    std::fflush(stdout);
}

void run(const Arguments& arguments)
{
    const std::string hub = fetch::hubAddress();
    const char* token = std::getenv("HF_TOKEN");
    fetch::Transfer transfer(token == nullptr ? "" : token, arguments.patience, [] { return stopRequested != 0; });
    const fetch::Repository repository = fetch::describe(transfer, hub, arguments.repository);
    say({ { "repository", repository.name }, { "from", hub }, { "revision", repository.revision },
        { "licence", repository.licence }, { "bytes", repository.bytes() } });
    if (!arguments.folder)
        return;
    using Clock = std::chrono::steady_clock;
    Clock::time_point last;
    fetch::fetchFiles(transfer, hub, repository, *arguments.folder, [&](std::uint64_t reached) {
        if (Clock::now() - last < std::chrono::milliseconds(200) && reached < repository.bytes())
            return;
        last = Clock::now();
        say({ { "done", reached }, { "bytes", repository.bytes() } });
    });
    say({ { "finished", true } });
}

const char* nameOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Usage:
        return "usage";
    case ErrorKind::ModelMismatch:
        return "model";
    case ErrorKind::Io:
        return "io";
    case ErrorKind::Cancelled:
        return "cancelled";
    default:
        return "input";
    }
}

} // namespace

int main(int argc, char** argv)
{
    struct sigaction action = {};
    action.sa_handler = [](int) { stopRequested = 1; };
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    std::signal(SIGXFSZ, SIG_IGN); // a limit on files is told like a full disk
    curl_global_init(CURL_GLOBAL_DEFAULT);
    try {
        run(argumentsOf(argc, argv));
        return 0;
    } catch (const Error& error) {
        say({ { "error", error.what() }, { "kind", nameOf(error.kind()) } });
    } catch (const std::exception& error) {
        say({ { "error", fmt::format("Something went wrong while fetching: {}", error.what()) }, { "kind", "input" } });
    }
    return 1;
}
