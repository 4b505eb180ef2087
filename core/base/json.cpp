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
    constexpr int wrongType = 302, missingKey = 403;
    std::string reason = problem.what();
    if (!reason.starts_with("[json."))
        return reason; // a JsonProblem
    const auto between = [&](std::string_view before, std::string_view behind) {
        const auto begin = reason.find(before);
        const auto end = begin == std::string::npos ? begin : reason.find(behind, begin + before.size());
        return end == std::string::npos ? std::string()
                                        : reason.substr(begin + before.size(), end - begin - before.size());
    };
    if (problem.id == missingKey)
        return fmt::format("\"{}\" is missing in it", between("key '", "' not found"));
    if (problem.id == wrongType) {
        const auto found = reason.rfind("but is ");
        const std::string wanted = between("type must be ", ", but"),
                          is = found == std::string::npos ? "" : reason.substr(found + 7);
        if (!wanted.empty() && !is.empty())
            return fmt::format("something in it is of type {} that should be {}", is, wanted);
    }
    return "it is not of the form that is expected";
}

} // namespace wordsight
