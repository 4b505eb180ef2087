#pragma once

#include <cstdint>
#include <cstdio>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/base/job_control.h"
#include "core/base/ordered_json.h"

namespace wordsight::app::cli {

/// From now on the first SIGINT or SIGTERM asks running work to stop, through interruptToken(); a second one kills.
void watchInterrupts();
std::stop_token interruptToken();

/// Shows progress on stderr, a line that renews itself on a terminal, a plain line now and then elsewhere; stops at an
/// interrupt.
JobControl consoleJob();

/// A line for people. What would steer a terminal or begin another line is escaped (core/data/utf8.h): names of files
/// may hold anything.
void printLine(std::FILE* to, std::string_view line);
template <class... Arguments> void say(fmt::format_string<Arguments...> format, Arguments&&... arguments)
{
    printLine(stdout, fmt::format(format, std::forward<Arguments>(arguments)...));
}
template <class... Arguments> void warn(fmt::format_string<Arguments...> format, Arguments&&... arguments)
{
    printLine(stderr, fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// "1 photograph", "2 photographs"; the plural is the singular with an s unless it is named.
std::string counted(std::int64_t count, const std::string& singular, const std::string& plural = {});

/// Rows in columns, the first row as heading; `alignment` has an 'l' or 'r' per column. Cells are escaped as lines are.
void printTable(const std::vector<std::vector<std::string>>& rows, std::string_view alignment);

using Json = OrderedJson;
void print(const Json& json);

std::string duration(double seconds);
std::string fileSize(double bytes);

} // namespace wordsight::app::cli
