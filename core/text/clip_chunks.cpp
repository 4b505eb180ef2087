#include "core/text/clip_chunks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/base/error.h"

namespace wordsight::text {
namespace {

using Codes = std::u32string;

icu::UnicodeString composed(std::string_view sentence)
{
    UErrorCode status = U_ZERO_ERROR;
    const auto* nfc = icu::Normalizer2::getNFCInstance(status);
    const auto text = icu::UnicodeString::fromUTF8({ sentence.data(), static_cast<std::int32_t>(sentence.size()) });
    const auto result = nfc->normalize(text, status);
    if (U_FAILURE(status))
        throw Error(ErrorKind::Internal, fmt::format("ICU cannot normalise a sentence: {}", u_errorName(status)));
    return result;
}

/// Lower case code point by code point, as the reference has it: a final sigma is no exception.
Codes lowered(const icu::UnicodeString& text)
{
    Codes codes;
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const UChar32 code = text.char32At(i);
        const auto lower = icu::UnicodeString(code).toLower(icu::Locale::getRoot()); // İ becomes two
        for (std::int32_t k = 0; k < lower.length(); k = lower.moveIndex32(k, 1))
            codes.push_back(static_cast<char32_t>(lower.char32At(k)));
    }
    return codes;
}

bool isLetter(char32_t c)
{
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_L_MASK) != 0;
}
bool isNumber(char32_t c)
{
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_N_MASK) != 0;
}
bool isRest(char32_t c)
{
    return !isSpace(static_cast<std::int32_t>(c)) && !isLetter(c) && !isNumber(c);
}

/// Length of the special token spelled at `begin`; 0: none. The reference splits every match again, by GPT-2's pattern,
/// which takes a special token apart: <| text |>.
std::size_t specialAt(const Codes& text, std::size_t begin)
{
    for (const std::u32string_view special : { U"<|startoftext|>", U"<|endoftext|>" })
        if (std::u32string_view(text).substr(begin).starts_with(special))
            return special.size();
    return 0;
}

/// Length of any other match that begins at `begin`; 0: none.
std::size_t matchAt(const Codes& text, std::size_t begin)
{
    static constexpr std::array<std::u32string_view, 7> contractions { U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll",
        U"'d" };
    const auto rest = std::u32string_view(text).substr(begin);
    for (const auto contraction : contractions)
        if (rest.starts_with(contraction))
            return contraction.size();
    if (isNumber(rest.front()))
        return 1;
    const auto kind = isLetter(rest.front()) ? isLetter : isRest;
    std::size_t length = 0;
    while (length < rest.size() && kind(rest[length]))
        ++length;
    return length;
}

} // namespace

std::vector<std::string> clipChunks(std::string_view sentence)
{
    const Codes text = lowered(composed(sentence));
    std::vector<std::string> chunks;
    const auto take = [&](std::size_t begin, std::size_t length) {
        std::string& chunk = chunks.emplace_back();
        for (const char32_t code : text.substr(begin, length))
            append(chunk, static_cast<std::int32_t>(code));
    };
    for (std::size_t i = 0; i < text.size();) {
        if (const std::size_t length = specialAt(text, i); length > 0) {
            take(i, 2);
            take(i + 2, length - 4);
            take(i + length - 2, 2);
            i += length;
            continue;
        }
        const std::size_t length = matchAt(text, i);
        if (length > 0)
            take(i, length);
        i += std::max<std::size_t>(length, 1);
    }
    return chunks;
}

} // namespace wordsight::text
