#include "core/eval/rouge.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/progress_meter.h"

namespace wordsight::eval {

namespace {

using Words = std::vector<std::uint32_t>; ///< numbers instead of spellings

constexpr double beta = 1.2;
constexpr std::size_t sentencesPerLook = 256; // at progress

class Vocabulary {
public:
    Words numbersOf(std::string_view sentence)
    {
        Words words;
        for (bool more = true; more;) {
            const std::size_t space = sentence.find(' ');
            more = space != std::string_view::npos;
            std::string word(sentence.substr(0, space));
            std::ranges::transform(
                word, word.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
            words.push_back(
                m_numbers.emplace(std::move(word), static_cast<std::uint32_t>(m_numbers.size())).first->second);
            if (more)
                sentence.remove_prefix(space + 1);
        }
        return words;
    }

    std::size_t size() const { return m_numbers.size(); }

private:
    std::unordered_map<std::string, std::uint32_t> m_numbers;
};

/// One sentence, prepared for being compared with many by bits that stand for its words (Hyyrö 2004, figure 2): a
/// sentence of up to 64 words costs four operations per word of the other.
class Pattern {
public:
    Pattern(const Words& words, std::size_t vocabulary)
        : m_length(words.size())
        , m_blocks((words.size() + 63) / 64)
        , m_places(vocabulary * m_blocks)
        , m_state(m_blocks)
    {
        for (std::size_t i = 0; i < words.size(); ++i)
            m_places[words[i] * m_blocks + i / 64] |= std::uint64_t { 1 } << (i % 64);
    }

    std::size_t length() const { return m_length; }

    std::size_t commonWith(const Words& other)
    {
        std::ranges::fill(m_state, ~std::uint64_t { 0 });
        for (const std::uint32_t word : other)
            advance(m_places.data() + word * m_blocks);
        std::size_t common = 0;
        for (std::size_t b = 0; b < m_blocks; ++b)
            common += static_cast<std::size_t>(__builtin_popcountll(~m_state[b] & used(b)));
        return common;
    }

private:
    void advance(const std::uint64_t* places)
    {
        unsigned long long carry = 0;
        for (std::size_t b = 0; b < m_blocks; ++b) {
            const std::uint64_t matches = m_state[b] & places[b];
            unsigned long long withMatches = 0, sum = 0;
            const bool first = __builtin_add_overflow(m_state[b], matches, &withMatches);
            const bool second = __builtin_add_overflow(withMatches, carry, &sum);
            carry = first || second ? 1 : 0;
            m_state[b] = sum | (m_state[b] & ~places[b]);
        }
    }

    std::uint64_t used(std::size_t block) const
    {
        const std::size_t rest = m_length - block * 64;
        return rest >= 64 ? ~std::uint64_t { 0 } : (std::uint64_t { 1 } << rest) - 1;
    }

    std::size_t m_length;
    std::size_t m_blocks;
    std::vector<std::uint64_t> m_places; ///< [vocabulary × blocks] where each word stands
    std::vector<std::uint64_t> m_state;  ///< a 0 for each word that the common part has taken
};

float fMeasure(double precision, double recall)
{
    if (precision == 0 || recall == 0)
        return 0;
    return static_cast<float>((1 + beta * beta) * precision * recall / (recall + beta * beta * precision));
}

/// The sentence against every image.
void score(
    Pattern& sentence, std::span<const Words> captions, std::span<const std::size_t> owner, std::span<float> images)
{
    std::vector<double> precision(images.size()), recall(images.size());
    for (std::size_t c = 0; c < captions.size(); ++c) {
        const auto common = static_cast<double>(sentence.commonWith(captions[c]));
        double& p = precision[owner[c]];
        double& r = recall[owner[c]];
        p = std::max(p, common / static_cast<double>(sentence.length()));
        r = std::max(r, common / static_cast<double>(captions[c].size()));
    }
    std::ranges::transform(precision, recall, images.begin(), fMeasure);
}

} // namespace

Matrix rougeL(std::span<const std::string> captions, std::span<const std::size_t> owner, std::size_t images,
    const JobControl& job)
{
    ProgressMeter meter(job, static_cast<std::int64_t>(captions.size()));
    Vocabulary vocabulary;
    std::vector<Words> words;
    for (const std::string& caption : captions)
        words.push_back(vocabulary.numbersOf(caption));
    Matrix relevance(captions.size(), images);
    for (std::size_t c = 0; c < captions.size(); ++c) {
        Pattern pattern(words[c], vocabulary.size());
        score(pattern, words, owner, relevance.row(c));
        if ((c + 1) % sentencesPerLook == 0 || c + 1 == captions.size())
            meter.advanceOrThrow("Comparing captions with captions", static_cast<std::int64_t>(c + 1));
    }
    return relevance;
}

} // namespace wordsight::eval
