#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/text/units.h"

namespace wordsight::text {

/// The pieces of text that CLIP's tokenizer looks at one by one, in UTF-8: NFC, white space as separator only, lower
/// case (code point by code point), then the matches of
/// <\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+
std::vector<std::string> clipChunks(std::string_view sentence);

} // namespace wordsight::text
