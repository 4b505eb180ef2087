#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/units.h"

namespace wordsight::text {

/// Gives a sentence word by word: the units that make up what a person sees as one ("man's", "t-shirt",
/// "black-and-white").
class WordReader {
public:
    explicit WordReader(const std::vector<Character>& characters)
        : m_characters(characters)
        , m_units(characters)
    {
    }

    std::vector<Unit> next(); ///< empty after the last

private:
    bool look(std::size_t ahead);

    const std::vector<Character>& m_characters;
    UnitReader m_units;
    std::deque<Unit> m_pending;
};

/// A word as written, and where.
struct SpelledWord {
    std::string text;
    TextSpan span;
};

/// The words of a sentence without its punctuation: the same for every model, whatever pieces its tokenizer makes.
std::vector<SpelledWord> wordsOf(std::string_view sentence);

} // namespace wordsight::text
