#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wordsight {

/// The code points of any bytes: what is not UTF-8 becomes U+FFFD.
std::u32string codePoints(std::string_view utf8);

/// How many there are: the characters of a text, not its bytes.
std::size_t characterCount(std::string_view utf8);

bool isUtf8(std::string_view text);

/// A text as a part of one line on a terminal: control characters, line breaks, marks that turn the direction of what
/// follows and bytes that are no UTF-8 are spelled as in C ("\\n", "\\x1B", "\\u202E"), so that no name of a file can
/// steer the terminal or pass for another line.
std::string printable(std::string_view text);

} // namespace wordsight
