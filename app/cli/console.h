#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job_control.h"
#include "core/base/ordered_json.h"

namespace wordsight::app::cli {

/// From now on the first SIGINT or SIGTERM asks running work to stop, through interruptToken(); a second one kills.
void watchInterrupts();
std::stop_token interruptToken();

/// Shows progress on stderr, a line that renews itself on a terminal, a plain line now and then elsewhere; stops at an
/// interrupt.
JobControl consoleJob();

/// Rows in columns, the first row as heading; `alignment` has an 'l' or 'r' a column.
void printTable(const std::vector<std::vector<std::string>>& rows, std::string_view alignment);

using Json = OrderedJson;
void print(const Json& json);

std::string duration(double seconds);
std::string fileSize(double bytes);

} // namespace wordsight::app::cli
