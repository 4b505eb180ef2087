#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/base/error.h"

namespace wordsight::text {

/// Error{ModelMismatch}: "<file> is not <kind>: <reason>."
Error notATokenizer(const std::filesystem::path& file, std::string_view kind, const std::string& reason);

/// A JSON file of a tokenizer; throws notATokenizer() where it is missing or is no JSON.
nlohmann::json readTokenizerJson(const std::filesystem::path& file, std::string_view kind);

} // namespace wordsight::text
