#include "core/engine/fetching/fetch_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/json.h"
#include "core/base/progress_meter.h"

namespace wordsight::engine {
namespace {

using nlohmann::json;

constexpr std::int64_t kMegabyte = 1'000'000;

/// A child that is waited for, whatever happens.
class Child {
public:
    Child(const std::filesystem::path& program, const std::vector<std::string>& arguments)
    {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw Error(ErrorKind::Io, fmt::format("Models cannot be fetched: {}.", std::strerror(errno)));
        m_output = Descriptor(ends[0]);
        const Descriptor input(ends[1]);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, input.get(), STDOUT_FILENO);
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        // A process group of its own: whoever interrupts the program in a terminal stops this by way of the job.
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        posix_spawnattr_setpgroup(&attributes, 0);
        std::vector<std::string> words { program.string() };
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> pointers;
        for (std::string& word : words)
            pointers.push_back(word.data());
        pointers.push_back(nullptr);
        const int failed = ::posix_spawn(&m_process, program.c_str(), &actions, &attributes, pointers.data(), environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        if (failed == 0)
            return;
        m_process = -1;
        throw Error(ErrorKind::Io,
            fmt::format("{}, which fetches models, cannot be started: {}. Is the program installed as a whole?",
                program.string(), std::strerror(failed)));
    }
    ~Child()
    {
        stop();
        wait();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void stop() const
    {
        if (m_process > 0)
            ::kill(m_process, SIGTERM);
    }
    int wait()
    {
        int status = 0;
        while (m_process > 0 && ::waitpid(m_process, &status, 0) < 0 && errno == EINTR) { }
        m_process = -1;
        return status;
    }
    /// The next of what it says; nothing at its end. Asks for a stop where the job does.
    std::optional<std::string> read(const JobControl& job)
    {
        bool told = false;
        for (;;) {
            if (job.stopped() && !std::exchange(told, true))
                stop();
            pollfd ready { m_output.get(), POLLIN, 0 };
            const int found = ::poll(&ready, 1, 100);
            if (found == 0 || (found < 0 && errno == EINTR))
                continue;
            char chunk[4096];
            const ssize_t size = ::read(m_output.get(), chunk, sizeof chunk);
            if (size < 0 && errno == EINTR)
                continue;
            if (size <= 0)
                return std::nullopt;
            return std::string(chunk, static_cast<std::size_t>(size));
        }
    }

private:
    pid_t m_process = -1;
    Descriptor m_output;
};

ErrorKind kindNamed(const std::string& name)
{
    if (name == "usage")
        return ErrorKind::Usage;
    if (name == "model")
        return ErrorKind::ModelMismatch;
    if (name == "io")
        return ErrorKind::Io;
    return name == "cancelled" ? ErrorKind::Cancelled : ErrorKind::UnreadableInput;
}

/// Understands the lines, one after the other.
class Listener {
public:
    explicit Listener(const JobControl& job)
        : m_job(job)
    {
    }

    void hear(const std::string& line)
    {
        const json said = parseJson(line);
        if (const auto error = said.find("error"); error != said.end())
            failure = Error(kindNamed(said.value("kind", "")), error->get<std::string>());
        else if (said.contains("repository"))
            offer = { said.at("repository"), said.at("from"), said.at("licence"), said.at("bytes") };
        else if (said.contains("done"))
            tell(said.at("done").get<std::int64_t>(), said.at("bytes").get<std::int64_t>());
    }

    std::optional<RepositoryOffer> offer;
    std::optional<Error> failure;

private:
    void tell(std::int64_t done, std::int64_t all)
    {
        if (!m_meter) // the first that is told is what had been there
            m_meter.emplace(m_job, (all + kMegabyte - 1) / kMegabyte, done / kMegabyte);
        m_meter->advance(fmt::format("Fetching {}, megabytes", offer ? offer->repository : "a model"),
            done == all ? (all + kMegabyte - 1) / kMegabyte : done / kMegabyte);
    }

    const JobControl& m_job;
    std::optional<ProgressMeter> m_meter;
};

} // namespace

RepositoryOffer runFetch(
    const std::filesystem::path& program, const std::vector<std::string>& arguments, const JobControl& job)
{
    Child child(program, arguments);
    Listener listener(job);
    std::string pending;
    try {
        while (const auto heard = child.read(job)) {
            pending += *heard;
            for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
                listener.hear(pending.substr(0, end));
                pending.erase(0, end + 1);
            }
        }
    } catch (const json::exception& problem) {
        throw Error(ErrorKind::Internal,
            fmt::format("{} said what cannot be understood: {}.", program.string(), plainReason(problem)));
    }
    const int status = child.wait();
    job.throwIfStopped();
    if (listener.failure)
        throw Error(*listener.failure);
    if (status != 0 || !listener.offer)
        throw Error(ErrorKind::Io,
            WIFSIGNALED(status) ? fmt::format("{} crashed (signal {}).", program.string(), WTERMSIG(status))
                                : fmt::format("{} ended without saying why.", program.string()));
    return *listener.offer;
}

} // namespace wordsight::engine
