#include "core/text/language.h"

#include <algorithm>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "core/text/function_words.h"
#include "core/text/units.h"

namespace wordsight::text {
namespace {

bool isOfAnotherScript(const Character& character)
{
    UErrorCode error = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(character.code, &error);
    return u_isalpha(character.code) && script != USCRIPT_LATIN && script != USCRIPT_COMMON
        && script != USCRIPT_INHERITED;
}

/// "t-shirt" is three whatever the vocabulary.
std::size_t unitsIn(const std::vector<Character>& characters)
{
    UnitReader units(characters);
    std::size_t count = 0;
    while (units.next())
        ++count;
    return count;
}

} // namespace

bool isSpelledOut(std::string_view word, std::size_t pieces)
{
    const std::vector<Character> characters = decode(word);
    return 2 * pieces > characters.size() && std::ranges::any_of(characters, isOfAnotherScript);
}

bool isOfAnotherLanguage(std::span<const CutWord> words)
{
    std::size_t count = 0, cut = 0, english = 0;
    for (const CutWord& word : words) {
        const std::vector<Character> characters = decode(word.text);
        if (std::ranges::none_of(characters, [](const Character& each) { return u_isalpha(each.code); }))
            continue;
        ++count;
        cut += word.pieces > unitsIn(characters) || isSpelledOut(word.text, word.pieces) ? 1 : 0;
        english += isFunctionWord(word.text) ? 1 : 0;
    }
    if (count < 3 || cut < 2)
        return false;
    return (english == 0 && 10 * cut >= 3 * count) || (count >= 5 && 10 * cut >= 6 * count);
}

} // namespace wordsight::text
