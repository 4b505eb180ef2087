#include "core/data/utf8.h"

#include <cstdint>

#include <unicode/utf8.h>

namespace wordsight {

namespace {

template <class Take> void forEachCodePoint(std::string_view utf8, Take take)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    const auto length = static_cast<std::int64_t>(utf8.size());
    for (std::int64_t i = 0; i < length;) {
        UChar32 code = 0;
        U8_NEXT_OR_FFFD(bytes, i, length, code);
        take(static_cast<char32_t>(code));
    }
}

} // namespace

std::u32string codePoints(std::string_view utf8)
{
    std::u32string codes;
    forEachCodePoint(utf8, [&](char32_t code) { codes += code; });
    return codes;
}

std::size_t characterCount(std::string_view utf8)
{
    std::size_t count = 0;
    forEachCodePoint(utf8, [&](char32_t) { ++count; });
    return count;
}

} // namespace wordsight
