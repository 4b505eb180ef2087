#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace wordsight {

/// The bytes that RFC 4648 text stands for, on one line and padded; nothing if it is not such text.
std::optional<std::vector<std::byte>> decodeBase64(std::string_view text);

} // namespace wordsight
