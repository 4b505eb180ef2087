#include "core/text/units.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include "core/base/error.h"

namespace wordsight::text {
namespace {

/// Dropped without splitting the word: control and format characters and what was not UTF-8.
bool isDropped(UChar32 c)
{
    constexpr auto dropped = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK | U_GC_CS_MASK;
    return c == 0xFFFD || (U_GET_GC_MASK(c) & dropped) != 0;
}

bool isPunctuation(UChar32 c)
{
    const bool ascii = (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
    return ascii || (U_GET_GC_MASK(c) & U_GC_P_MASK) != 0;
}

/// The blocks that BERT splits into single characters (not Hangul, Hiragana or Katakana).
bool isChinese(UChar32 c)
{
    constexpr std::pair<UChar32, UChar32> blocks[] = { { 0x4E00, 0x9FFF }, { 0x3400, 0x4DBF }, { 0x20000, 0x2A6DF },
        { 0x2A700, 0x2B73F }, { 0x2B740, 0x2B81F }, { 0x2B820, 0x2CEAF }, { 0xF900, 0xFAFF }, { 0x2F800, 0x2FA1F } };
    return std::ranges::any_of(blocks, [c](auto block) { return c >= block.first && c <= block.second; });
}

/// Lower case without accents: the code point decomposed, its nonspacing marks dropped.
std::u32string normalized(UChar32 code)
{
    static const icu::Normalizer2* nfd = [] {
        UErrorCode status = U_ZERO_ERROR;
        const auto* instance = icu::Normalizer2::getNFDInstance(status);
        if (U_FAILURE(status))
            throw Error(ErrorKind::Internal, fmt::format("ICU has no normalisation data: {}", u_errorName(status)));
        return instance;
    }();
    icu::UnicodeString decomposed;
    if (!nfd->getDecomposition(code, decomposed))
        decomposed = icu::UnicodeString(code);
    std::u32string out;
    for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
        const UChar32 c = decomposed.char32At(i);
        if (u_charType(c) != U_NON_SPACING_MARK)
            out.push_back(static_cast<char32_t>(u_tolower(c)));
    }
    return out;
}

} // namespace

std::vector<Character> decode(std::string_view sentence)
{
    std::vector<Character> characters;
    characters.reserve(sentence.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(sentence.data());
    const auto length = static_cast<std::int64_t>(sentence.size());
    for (std::int64_t i = 0; i < length;) {
        const auto begin = static_cast<std::size_t>(i);
        UChar32 code = 0;
        U8_NEXT_OR_FFFD(bytes, i, length, code);
        characters.push_back({ code, { begin, static_cast<std::size_t>(i) } });
    }
    return characters;
}

void append(std::string& utf8, std::int32_t code)
{
    std::uint8_t buffer[U8_MAX_LENGTH];
    int length = 0;
    U8_APPEND_UNSAFE(buffer, length, code);
    utf8.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(length));
}

std::string spelled(const std::vector<Character>& characters, std::size_t first, std::size_t end)
{
    std::string text;
    for (std::size_t i = first; i < end; ++i)
        append(text, characters[i].code);
    return text;
}

std::string lowerCased(std::string_view utf8)
{
    std::string lower;
    icu::UnicodeString::fromUTF8({ utf8.data(), static_cast<std::int32_t>(utf8.size()) })
        .toLower(icu::Locale::getRoot())
        .toUTF8String(lower);
    return lower;
}

bool isSpace(std::int32_t code)
{
    return u_hasBinaryProperty(code, UCHAR_WHITE_SPACE);
}

std::optional<Unit> UnitReader::next()
{
    Unit unit;
    for (; m_next < m_characters.size(); ++m_next) {
        const UChar32 source = m_characters[m_next].code;
        if (isSpace(source)) {
            if (unit.characters > 0)
                break;
            continue;
        }
        if (isDropped(source))
            continue;
        if (!take(unit, source))
            break;
    }
    return unit.characters > 0 ? std::optional(std::move(unit)) : std::nullopt;
}

/// False where the unit ends; the character may then belong to the next one.
bool UnitReader::take(Unit& unit, std::int32_t source)
{
    const bool chinese = isChinese(source);
    const auto folded = normalized(source);
    if (folded.empty()) { // a mark: belongs to what stands before it
        unit.end = m_next + 1;
        return true;
    }
    const bool punctuation = folded.size() == 1 && isPunctuation(static_cast<UChar32>(folded[0]));
    if (unit.characters > 0 && (punctuation || chinese))
        return false;
    if (unit.characters == 0)
        unit.first = m_next;
    for (const char32_t c : folded)
        append(unit.normalized, static_cast<UChar32>(c));
    unit.characters += folded.size();
    unit.end = m_next + 1;
    unit.punctuation = punctuation;
    unit.standsAlone = chinese;
    if (!punctuation && !chinese)
        return true;
    ++m_next;
    return false;
}

bool joins(const std::vector<Character>& characters, const Unit& unit)
{
    const UChar32 c = characters[unit.first].code;
    return unit.punctuation && (c == '\'' || c == 0x2019 || c == '-' || c == 0x2010 || c == 0x2011);
}

} // namespace wordsight::text
