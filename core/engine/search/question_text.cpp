#include "core/engine/search/question_text.h"

#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace wordsight::engine {

namespace {

constexpr float kMostWeight = 9;

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// "2", "0.25", "-1.5", nothing else.
std::optional<float> weightOf(std::string_view text)
{
    float value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || !(std::abs(value) <= kMostWeight))
        return std::nullopt;
    return value;
}

/// Reads what was typed from left to right; every step looks at what is left of it.
class Reader {
public:
    explicit Reader(std::string_view typed)
        : m_typed(typed)
    {
    }

    QuestionText read()
    {
        while (skipSpace()) {
            if (takeBar() || takeWhole())
                continue;
            takePart();
            m_joined = false;
        }
        for (QuestionPart& part : m_read.parts) {
            if (!m_read.plain.empty())
                m_read.plain += ' ';
            part.plain = { m_read.plain.size(), m_read.plain.size() + part.text.size() };
            m_read.plain += part.text;
        }
        m_read.typedSize = m_typed.size();
        return std::move(m_read);
    }

private:
    bool skipSpace()
    {
        while (m_at < m_typed.size() && isSpace(m_typed[m_at]))
            ++m_at;
        return m_at < m_typed.size();
    }

    std::size_t endOfRun(std::size_t from) const
    {
        while (from < m_typed.size() && !isSpace(m_typed[from]))
            ++from;
        return from;
    }

    /// "|" between two parts, with or without spaces around it.
    bool takeBar()
    {
        if (m_typed[m_at] != '|')
            return false;
        ++m_at;
        m_joined = !m_read.parts.empty();
        return true;
    }

    bool takeWhole()
    {
        const std::size_t end = endOfRun(m_at);
        if (!m_typed.substr(m_at, end - m_at).starts_with("*^"))
            return false;
        const auto weight = weightOf(m_typed.substr(m_at + 2, end - m_at - 2));
        if (!weight)
            return false;
        m_read.wholeWeight = *weight;
        m_read.wholeSpan = TextSpan { m_at, end };
        m_at = end;
        return true;
    }

    void takePart()
    {
        QuestionPart part;
        part.span.begin = m_at;
        const std::string_view next = m_typed.substr(m_at + 1, 1);
        const bool against = m_typed[m_at] == '-' && !next.empty() && !isSpace(next[0]) && next[0] != '-'
            && next[0] != '|' && next[0] != '^';
        if (against)
            ++m_at;
        if (!takeQuoted(part))
            takeWord(part);
        if (against)
            part.weight = -part.weight;
        part.span.end = m_at;
        part.word.end = part.word.begin + part.text.size();
        if (part.text.empty())
            return;
        if (m_joined) {
            std::optional<std::size_t>& before = m_read.parts.back().choice;
            if (!before)
                before = m_choices++;
            part.choice = before;
        }
        m_read.parts.push_back(std::move(part));
    }

    /// "red coat"^2
    bool takeQuoted(QuestionPart& part)
    {
        const std::size_t close = m_typed[m_at] == '"' ? m_typed.find('"', m_at + 1) : std::string_view::npos;
        if (close == std::string_view::npos)
            return false;
        std::string_view inside = m_typed.substr(m_at + 1, close - m_at - 1);
        while (!inside.empty() && isSpace(inside.front()))
            inside.remove_prefix(1);
        while (!inside.empty() && isSpace(inside.back()))
            inside.remove_suffix(1);
        part.text = inside;
        part.word.begin = static_cast<std::size_t>(inside.data() - m_typed.data());
        part.quoted = true;
        m_at = close + 1;
        if (m_at >= m_typed.size() || m_typed[m_at] != '^')
            return true;
        std::size_t end = m_at + 1;
        while (end < m_typed.size() && !isSpace(m_typed[end]) && m_typed[end] != '|')
            ++end;
        if (const auto weight = weightOf(m_typed.substr(m_at + 1, end - m_at - 1))) {
            part.weight = *weight;
            m_at = end;
        }
        return true;
    }

    /// word^2, up to white space, or a "|" or a quote that opens a phrase.
    void takeWord(QuestionPart& part)
    {
        std::size_t end = m_at + 1;
        while (end < m_typed.size() && !isSpace(m_typed[end]) && m_typed[end] != '|')
            ++end;
        std::string_view run = m_typed.substr(m_at, end - m_at);
        part.word.begin = m_at;
        m_at = end;
        const std::size_t roof = run.rfind('^');
        if (roof != std::string_view::npos && roof > 0)
            if (const auto weight = weightOf(run.substr(roof + 1))) {
                part.weight = *weight;
                run = run.substr(0, roof);
            }
        part.text = run;
    }

    std::string_view m_typed;
    std::size_t m_at = 0;
    std::size_t m_choices = 0;
    bool m_joined = false; ///< the next part is one more of the choice before it
    QuestionText m_read;
};

std::string replaced(std::string_view typed, TextSpan span, std::string_view by)
{
    return fmt::format("{}{}{}", typed.substr(0, span.begin), by, typed.substr(span.end));
}

/// Whether a part is this word, but for marks around it: "dog," is "dog".
bool isWord(std::string_view part, std::string_view word)
{
    const auto isMark = [](char c) { return std::ispunct(static_cast<unsigned char>(c)) != 0; };
    while (part.size() > word.size() && isMark(part.front()))
        part.remove_prefix(1);
    while (part.size() > word.size() && isMark(part.back()))
        part.remove_suffix(1);
    return part == word;
}

std::string spelled(const QuestionPart& part, float weight)
{
    const std::string text = part.quoted ? fmt::format("\"{}\"", part.text) : part.text;
    const std::size_t roof = part.quoted ? std::string::npos : text.rfind('^');
    const bool looksWeighed
        = roof != std::string::npos && roof > 0 && weightOf(std::string_view(text).substr(roof + 1));
    if (weight == 1)
        return looksWeighed ? text + "^1" : text;
    if (text.starts_with('-') || text.starts_with('^')) // after a "-" that would be text as well
        return fmt::format("{}^{:g}", text, weight);
    return fmt::format("{}{}{}", weight < 0 ? "-" : "", text,
        weight == -1 && !looksWeighed ? std::string() : fmt::format("^{:g}", std::abs(weight)));
}

} // namespace

QuestionText readQuestion(std::string_view typed)
{
    return Reader(typed).read();
}

std::string withWeight(std::string_view typed, std::size_t part, float weight)
{
    const QuestionText read = readQuestion(typed);
    if (part >= read.parts.size() || (read.parts[part].text == "*" && !read.parts[part].quoted))
        return std::string(typed); // "*^2" is the sentence's
    const TextSpan& span = read.parts[part].span;
    std::string by = spelled(read.parts[part], weight);
    if (span.end < typed.size() && !isSpace(typed[span.end]) && typed[span.end] != '|')
        by += ' '; // a weight right before other text would be text
    return replaced(typed, span, by);
}

std::string withWholeWeight(std::string_view typed, float weight)
{
    const QuestionText read = readQuestion(typed);
    const std::string mark = weight == 1 ? std::string() : fmt::format("*^{:g}", weight);
    if (!read.wholeSpan)
        return mark.empty() ? std::string(typed) : fmt::format("{} {}", typed, mark);
    TextSpan span = *read.wholeSpan;
    if (mark.empty() && span.begin > 0) // and the space before it
        --span.begin;
    return replaced(typed, span, mark);
}

std::string withWeights(std::string_view typed, const std::vector<TermWeight>& weights)
{
    std::string text(typed);
    std::vector<bool> taken(readQuestion(typed).parts.size());
    for (const TermWeight& term : weights) {
        if (term.label.empty()) {
            text = withWholeWeight(text, term.weight);
            continue;
        }
        const QuestionText read = readQuestion(text);
        for (std::size_t part = 0; part < read.parts.size(); ++part)
            if (!taken[part] && isWord(read.parts[part].text, term.label)) {
                taken[part] = true;
                text = withWeight(text, part, term.weight);
                break;
            }
    }
    return text;
}

} // namespace wordsight::engine
