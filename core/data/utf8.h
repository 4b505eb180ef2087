#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wordsight {

/// The code points of any bytes: what is not UTF-8 becomes U+FFFD.
std::u32string codePoints(std::string_view utf8);

/// How many there are: the characters of a text, not its bytes.
std::size_t characterCount(std::string_view utf8);

} // namespace wordsight
