#include "core/text/compounds.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/text/function_words.h"

namespace wordsight::text {

namespace {

std::string lowerCase(std::string text)
{
    std::ranges::transform(
        text, text.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

} // namespace

Compounds::Compounds(const std::filesystem::path& file)
{
    std::ifstream in(file);
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        const auto tab = line.find('\t');
        std::int64_t value = -1;
        if (tab != std::string::npos && tab > 0)
            std::from_chars(line.data() + tab + 1, line.data() + line.size(), value);
        if (value < 0)
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("{}, line {}: expected a word, a tab and a number.", file.string(), number));
        m_count = std::max(m_count, value + 1);
        m_longest = std::max(m_longest, static_cast<std::size_t>(std::count(line.begin(), line.end(), ' ')) + 1);
        m_numbers.emplace(line.substr(0, tab), value);
    }
    if (m_numbers.empty())
        throw Error(ErrorKind::ModelMismatch, fmt::format("{} holds no words.", file.string()));
}

std::vector<std::int64_t> Compounds::find(std::span<const std::string> words) const
{
    std::vector<std::int64_t> found(words.size(), -1);
    for (std::size_t first = 0; first < words.size();) {
        std::size_t taken = 1;
        for (std::size_t length = std::min(m_longest, words.size() - first); length > 0; --length) {
            std::string entry = lowerCase(words[first]);
            for (std::size_t w = first + 1; w < first + length; ++w)
                entry += " " + lowerCase(words[w]);
            const auto known = m_numbers.find(entry);
            if (known == m_numbers.end() || (length == 1 && isFunctionWord(entry)))
                continue;
            std::fill_n(found.begin() + static_cast<std::ptrdiff_t>(first), length, known->second);
            taken = length;
            break;
        }
        first += taken;
    }
    return found;
}

} // namespace wordsight::text
