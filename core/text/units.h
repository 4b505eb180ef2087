#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/text_span.h"

namespace wordsight::text {

/// A code point and the bytes that it stands at.
struct Character {
    std::int32_t code = 0;
    TextSpan span;
};

/// Any bytes are taken: what is not UTF-8 becomes U+FFFD.
std::vector<Character> decode(std::string_view sentence);
void append(std::string& utf8, std::int32_t code);
std::string spelled(const std::vector<Character>& characters, std::size_t first, std::size_t end);

/// In lower case as Unicode has it, whatever the language.
std::string lowerCased(std::string_view utf8);

/// Unicode's White_Space.
bool isSpace(std::int32_t code);

/// What BERT's basic tokenizer calls a token: a run of letters and digits, a punctuation mark or a Chinese character.
struct Unit {
    std::string normalized;     ///< lower case without accents
    std::size_t characters = 0; ///< of `normalized`
    std::size_t first = 0;      ///< index of its first and behind its last Character
    std::size_t end = 0;
    bool punctuation = false;
    bool standsAlone = false; ///< a Chinese character
};

/// Gives a sentence's units one after another, so that an over-long sentence is read no further than needed.
class UnitReader {
public:
    explicit UnitReader(const std::vector<Character>& characters)
        : m_characters(characters)
    {
    }
    std::optional<Unit> next();

private:
    bool take(Unit& unit, std::int32_t source);

    const std::vector<Character>& m_characters;
    std::size_t m_next = 0;
};

/// "man's" and "t-shirt" are one word to a person, three units to BERT: whether this unit may hold two others together.
bool joins(const std::vector<Character>& characters, const Unit& unit);

} // namespace wordsight::text
