#include "core/dataset/category_names.h"

#include <algorithm>

namespace wordsight::dataset {

namespace {

struct Word {
    std::string text; ///< in lower case
    TextSpan span;
};

bool belongsToWord(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
        || static_cast<unsigned char>(c) >= 0x80;
}

std::vector<Word> wordsOf(std::string_view sentence)
{
    std::vector<Word> words;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        if (!belongsToWord(sentence[i]))
            continue;
        if (words.empty() || words.back().span.end != i)
            words.push_back({ {}, { i, i } });
        const char c = sentence[i];
        words.back().text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        words.back().span.end = i + 1;
    }
    return words;
}

std::string joined(const std::vector<Word>& words, std::size_t first, std::size_t count)
{
    std::string text = words[first].text;
    for (std::size_t w = first + 1; w < first + count; ++w)
        text += " " + words[w].text;
    return text;
}

std::string pluralOf(const std::string& name)
{
    const auto ends = [&](std::string_view tail) { return name.size() > tail.size() && name.ends_with(tail); };
    const auto without = [&](std::size_t letters) { return name.substr(0, name.size() - letters); };
    if (ends("s") || ends("x") || ends("z") || ends("ch") || ends("sh"))
        return name + "es";
    if (ends("y") && std::string_view("aeiou").find(name[name.size() - 2]) == std::string_view::npos)
        return without(1) + "ies";
    if (ends("fe"))
        return without(2) + "ves";
    if (ends("lf"))
        return without(1) + "ves";
    return name + "s";
}

std::string_view nextPart(std::string_view& text, char separator)
{
    const std::size_t end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
}

} // namespace

CategoryNames::CategoryNames(std::string_view table)
{
    while (!table.empty()) {
        std::string_view names = nextPart(table, '\n');
        if (names.starts_with('#') || names.empty())
            continue;
        const std::string category(nextPart(names, ':'));
        if (category != "-")
            add(category, category);
        while (!names.empty())
            add(category, nextPart(names, ','));
    }
}

void CategoryNames::add(const std::string& category, std::string_view name)
{
    const std::vector<Word> words = wordsOf(name);
    if (words.empty())
        return;
    const std::string text = joined(words, 0, words.size());
    m_categories.emplace(text, category);
    m_categories.emplace(pluralOf(text), category);
    m_longest = std::max(m_longest, words.size());
}

std::vector<CategoryMention> CategoryNames::in(std::string_view sentence) const
{
    const std::vector<Word> words = wordsOf(sentence);
    std::vector<CategoryMention> mentions;
    for (std::size_t w = 0; w < words.size();) {
        std::size_t count = std::min(m_longest, words.size() - w);
        auto found = m_categories.end();
        while (count > 0 && (found = m_categories.find(joined(words, w, count))) == m_categories.end())
            --count;
        if (found != m_categories.end() && found->second != "-")
            mentions.push_back({ found->second, { words[w].span.begin, words[w + count - 1].span.end } });
        w += std::max<std::size_t>(count, 1);
    }
    return mentions;
}

} // namespace wordsight::dataset
