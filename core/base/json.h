#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace wordsight {

/// Why a text is not JSON that is read here: `what()` ends a sentence and has no full stop. It is one of nlohmann's
/// exceptions, so that who reads fields and misses some has one thing to catch; plainReason() gives words for both.
class JsonProblem : public nlohmann::json::exception {
public:
    explicit JsonProblem(const std::string& why)
        : exception(0, why.c_str())
    {
    }
};

/// What is accepted from files that others made. Nothing that people write nests 64 deep; copying, writing and
/// comparing a value go as deep as it does, on the stack.
struct JsonLimits {
    std::size_t depth = 64;
    std::size_t bytes = 64 << 20;
    std::string_view leaveOut = {}; ///< values under this key are skipped while they are read
};

/// The one way in which JSON of others is read. Throws JsonProblem.
nlohmann::json parseJson(std::string_view text, const JsonLimits& limits = {});

/// As above; the size is checked before a byte is read. Throws Error{UnreadableInput} where the file cannot be read.
nlohmann::json readJsonFile(const std::filesystem::path& file, const JsonLimits& limits = {});

/// The reason in words of our own, without a full stop.
std::string plainReason(const nlohmann::json::exception& problem);

} // namespace wordsight
