#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wordsight {

/// RFC 4648 text for the bytes, on one line and padded.
std::string encodeBase64(std::span<const std::byte> bytes);

/// The bytes that RFC 4648 text stands for, on one line and padded; nothing if it is not such text.
std::optional<std::vector<std::byte>> decodeBase64(std::string_view text);

} // namespace wordsight
