#include "core/base/json.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "core/base/file.h"
#include "core/base/git_lfs.h"
#include "core/base/input_file.h"

namespace wordsight {

using nlohmann::json;

namespace {

void refuseLarge(std::size_t bytes, const JsonLimits& limits)
{
    if (bytes > limits.bytes)
        throw JsonProblem(fmt::format(
            "it is larger than any such file ({} MB, at most {} are read)", bytes >> 20, limits.bytes >> 20));
}

std::string placeOf(std::string_view text, std::size_t byte)
{
    const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t lineStart = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return fmt::format("line {}, column {}", line, before.size() - lineStart + 1);
}

} // namespace

json parseJson(std::string_view text, const JsonLimits& limits)
{
    refuseLarge(text.size(), limits);
    const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
        const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
        if (opens && static_cast<std::size_t>(depth) >= limits.depth)
            throw JsonProblem(fmt::format("it is nested more than {} deep", limits.depth));
        return event != json::parse_event_t::key || limits.leaveOut.empty()
            || parsed.get_ref<const std::string&>() != limits.leaveOut;
    };
    if (isGitLfsPointer(std::as_bytes(std::span(text))))
        throw JsonProblem("it is a Git-LFS pointer; fetch the file itself (git lfs pull)");
    try {
        return json::parse(text.begin(), text.end(), watch);
    } catch (const json::parse_error& problem) {
        throw JsonProblem(fmt::format("it is not JSON: something is wrong at {}", placeOf(text, problem.byte)));
    } catch (const json::out_of_range&) {
        throw JsonProblem("it holds a number that is too large");
    }
}

json readJsonFile(const std::filesystem::path& file, const JsonLimits& limits)
{
    refuseLarge(InputFile(file).size(), limits);
    return parseJson(readTextFile(file), limits);
}

std::string plainReason(const json::exception& problem)
{
    std::string reason = problem.what();
    if (reason.starts_with("[json."))
        reason.erase(0, reason.find("] ") == std::string::npos ? 0 : reason.find("] ") + 2);
    while (reason.ends_with('.'))
        reason.pop_back();
    return reason;
}

} // namespace wordsight
