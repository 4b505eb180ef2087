#include "app/cli/console.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/data/table.h"
#include "core/data/utf8.h"

namespace wordsight::app::cli {
namespace {

int interruptPipe[2] = { -1, -1 };

/// Lives to the end of the program: a thread may still look at it when main has returned.
std::stop_source& interruptSource()
{
    static auto& source = *new std::stop_source;
    return source;
}

/// A handler may do next to nothing: a thread that waits at the other end of the pipe does the rest.
void onInterrupt(int)
{
    const auto ignored = ::write(interruptPipe[1], "!", 1);
    static_cast<void>(ignored);
}

void passOnInterrupt()
{
    char byte = 0;
    if (::read(interruptPipe[0], &byte, 1) == 1)
        interruptSource().request_stop();
}

std::string describe(const Progress& progress)
{
    std::string text = progress.stage;
    if (progress.total > 0)
        text
            += fmt::format("  {}/{} ({:.0f} %)", progress.done, progress.total, 100.0 * progress.done / progress.total);
    else if (progress.done > 0)
        text += fmt::format("  {}", progress.done);
    if (progress.perSecond > 0)
        text += fmt::format("  {:.1f}/s", progress.perSecond);
    if (progress.secondsRemaining)
        text += fmt::format("  {} left", duration(*progress.secondsRemaining));
    return text;
}

class ProgressPrinter {
public:
    ~ProgressPrinter()
    {
        if (m_terminal && m_shown)
            fmt::print(stderr, "\r\033[K");
    }

    void show(const Progress& progress)
    {
        const auto now = Clock::now();
        if (progress.stage != m_stage
            || now - m_last >= (m_terminal ? std::chrono::milliseconds(100) : std::chrono::seconds(10))) {
            const std::string line = printable(describe(progress));
            fmt::print(stderr, "{}", m_terminal ? "\r\033[K" + line : line + "\n");
            std::fflush(stderr);
            m_stage = progress.stage;
            m_last = now;
            m_shown = true;
        }
    }

private:
    using Clock = std::chrono::steady_clock;
    bool m_terminal = isatty(STDERR_FILENO) == 1;
    bool m_shown = false;
    std::string m_stage;
    Clock::time_point m_last;
};

} // namespace

void watchInterrupts()
{
    if (::pipe2(interruptPipe, O_CLOEXEC) == 0)
        std::thread(passOnInterrupt).detach();
    struct sigaction action = {};
    action.sa_handler = onInterrupt;
    action.sa_flags = SA_RESTART | SA_RESETHAND;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

std::stop_token interruptToken()
{
    return interruptSource().get_token();
}

JobControl consoleJob()
{
    return { [printer = std::make_shared<ProgressPrinter>()](const Progress& progress) { printer->show(progress); },
        interruptToken() };
}

void printLine(std::FILE* to, std::string_view line)
{
    fmt::print(to, "{}\n", printable(line));
}

std::string counted(std::int64_t count, const std::string& singular, const std::string& plural)
{
    return fmt::format("{} {}", count, count == 1 ? singular : plural.empty() ? singular + "s" : plural);
}

void printTable(const std::vector<std::vector<std::string>>& rows, std::string_view alignment)
{
    Table table { std::string(alignment), rows };
    for (auto& row : table.rows)
        for (std::string& cell : row)
            cell = printable(cell);
    fmt::print("{}", plainText(table));
}

void print(const Json& json)
{
    fmt::print("{}\n", toText(json));
}

std::string duration(double seconds)
{
    const auto whole = static_cast<long long>(std::llround(seconds));
    if (seconds < 10)
        return fmt::format("{:.1f} s", seconds);
    if (whole < 60)
        return fmt::format("{} s", whole);
    if (whole < 3600)
        return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::string fileSize(double bytes)
{
    if (bytes < 1e3)
        return fmt::format("{:.0f} B", bytes);
    if (bytes < 1e6)
        return fmt::format("{:.1f} kB", bytes / 1e3);
    return bytes < 1e9 ? fmt::format("{:.1f} MB", bytes / 1e6) : fmt::format("{:.2f} GB", bytes / 1e9);
}

} // namespace wordsight::app::cli
