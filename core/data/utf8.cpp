#include "core/data/utf8.h"

#include <cstdint>

#include <fmt/format.h>
#include <unicode/uchar.h>
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

bool steersTerminals(UChar32 code)
{
    const auto directs = [](UChar32 c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); };
    return (U_GET_GC_MASK(code) & (U_GC_CC_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK)) != 0 || directs(code);
}

std::string escaped(UChar32 code)
{
    switch (code) {
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return code < 0x80 ? fmt::format("\\x{:02X}", code) : fmt::format("\\u{:04X}", code);
    }
}

} // namespace

bool isUtf8(std::string_view text)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int64_t>(text.size());
    for (std::int64_t i = 0; i < length;) {
        UChar32 code = 0;
        U8_NEXT(bytes, i, length, code);
        if (code < 0)
            return false;
    }
    return true;
}

std::string printable(std::string_view text)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int64_t>(text.size());
    std::string shown;
    for (std::int64_t i = 0; i < length;) {
        const std::int64_t begin = i;
        UChar32 code = 0;
        U8_NEXT(bytes, i, length, code);
        if (code < 0)
            for (std::int64_t at = begin; at < i; ++at)
                shown += fmt::format("\\x{:02X}", bytes[at]);
        else if (steersTerminals(code))
            shown += escaped(code);
        else
            shown += text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin));
    }
    return shown;
}

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
