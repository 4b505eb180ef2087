#include "core/text/words.h"

#include <utility>

namespace wordsight::text {

bool WordReader::look(std::size_t ahead)
{
    while (m_pending.size() <= ahead)
        if (auto unit = m_units.next())
            m_pending.push_back(std::move(*unit));
        else
            return false;
    return true;
}

std::vector<Unit> WordReader::next()
{
    std::vector<Unit> word;
    if (!look(0))
        return word;
    const auto take = [&] {
        word.push_back(std::move(m_pending.front()));
        m_pending.pop_front();
    };
    const auto plain = [](const Unit& unit) { return !unit.punctuation && !unit.standsAlone; };
    take();
    if (!plain(word.front()))
        return word;
    while (look(1) && joins(m_characters, m_pending[0]) && m_pending[0].first == word.back().end && plain(m_pending[1])
        && m_pending[1].first == m_pending[0].end) {
        take();
        take();
    }
    return word;
}

std::vector<SpelledWord> wordsOf(std::string_view sentence)
{
    const auto characters = decode(sentence);
    WordReader reader(characters);
    std::vector<SpelledWord> words;
    for (auto units = reader.next(); !units.empty(); units = reader.next()) {
        if (units.front().punctuation)
            continue;
        const std::size_t first = units.front().first;
        const std::size_t end = units.back().end;
        words.push_back(
            { spelled(characters, first, end), { characters[first].span.begin, characters[end - 1].span.end } });
    }
    return words;
}

} // namespace wordsight::text
