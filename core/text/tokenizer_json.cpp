#include "core/text/tokenizer_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/json.h"

namespace wordsight::text {

Error notATokenizer(const std::filesystem::path& file, std::string_view kind, const std::string& reason)
{
    return Error(ErrorKind::ModelMismatch, fmt::format("{} is not {}: {}.", file.string(), kind, reason));
}

nlohmann::json readTokenizerJson(const std::filesystem::path& file, std::string_view kind)
{
    if (!std::filesystem::exists(file))
        throw notATokenizer(file, kind, "it is missing");
    try {
        return readJsonFile(file);
    } catch (const nlohmann::json::exception& error) {
        throw notATokenizer(file, kind, plainReason(error));
    }
}

} // namespace wordsight::text
