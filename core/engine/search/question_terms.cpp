#include "core/engine/search/question_terms.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "core/engine/search/question_text.h"

namespace wordsight::engine {

using model::TextEncoding;
using search::Term;
using search::TermKind;

namespace {

/// What a person weighs: a word of the sentence, or a phrase that counts as one.
struct Unit {
    std::string label;
    TextSpan span;                  ///< in what was typed
    std::vector<std::size_t> words; ///< of the sentence; none where the model knows no words
    float weight = 1;
    bool functionWord = false;
    std::optional<std::size_t> choice;
    std::size_t place = 0; ///< in its choice
};

/// A sentence of those units that count together.
struct Reading {
    const TextEncoding* text = nullptr; ///< null: there is nothing in it
    std::size_t source = 0;
    std::map<std::size_t, std::size_t> places; ///< in it, of words of the sentence
};

bool isFunctionWord(const TextEncoding& text, std::size_t word)
{
    return word < text.functionWords.size() && text.functionWords[word];
}

/// Words of a sentence as one term: its best region is the one that meets all of them best.
Term termOf(const TextEncoding& text, std::size_t source, std::vector<std::size_t> words)
{
    Term term;
    term.source = source;
    term.vector.resize(text.words.cols);
    term.modelWeight = 0;
    for (const std::size_t word : words)
        term.modelWeight += text.weights[word];
    for (const std::size_t word : words) {
        const float share
            = term.modelWeight != 0 ? text.weights[word] / term.modelWeight : 1 / static_cast<float>(words.size());
        for (std::size_t d = 0; d < term.vector.size(); ++d)
            term.vector[d] += share * text.words(word, d);
        term.baseline += text.baselines.empty() ? 0 : share * text.baselines[word];
        term.unknown = term.unknown || std::ranges::find(text.unknown, text.texts[word]) != text.unknown.end();
    }
    term.words = std::move(words);
    return term;
}

/// Makes the terms of one question.
class TermWriter {
public:
    TermWriter(const model::ModelInfo& model, align::Pooling pooling, const ReadSentence& read, const Sentence& asked)
        : m_model(model)
        , m_read(read)
        , m_typed(readQuestion(asked.text))
        , m_all(read(m_typed.plain))
    {
        m_query.pooling = pooling;
        for (const QuestionPart& part : m_typed.parts)
            addUnits(part);
        weigh(asked.weights);
        countChoices();
    }

    search::Query query()
    {
        m_query.truncated = m_all.truncated;
        m_query.otherLanguage = m_all.otherLanguage;
        std::vector<Reading> readings;
        for (std::size_t variant = 0; variant < m_variants; ++variant)
            readings.push_back(reading(variant));
        for (const Unit& unit : m_units)
            if (!unit.words.empty())
                addWord(unit, readings[unit.choice ? unit.place : 0]);
        for (const Reading& one : readings)
            addWhole(one);
        for (const Unit& unit : m_units)
            if (unit.weight < 0)
                addPart(unit);
        shareMean();
        return std::move(m_query);
    }

private:
    void addUnits(const QuestionPart& part)
    {
        std::vector<std::size_t> words;
        for (std::size_t w = 0; w < m_all.words.rows; ++w)
            if (m_all.spans[w].begin >= part.plain.begin && m_all.spans[w].begin < part.plain.end)
                words.push_back(w);
        const bool phrase = part.quoted && words.size() > 1;
        if (!m_model.hasWords())
            m_units.push_back({ part.text, part.word, {}, part.weight, false, part.choice });
        else if (phrase)
            m_units.push_back({ part.text, part.word, std::move(words), part.weight, false, part.choice });
        else
            for (const std::size_t word : words) {
                const TextSpan plain = m_all.spans[word];
                const std::size_t begin = part.word.begin + plain.begin - part.plain.begin;
                m_units.push_back({ m_all.texts[word], { begin, begin + plain.end - plain.begin }, { word },
                    part.weight, !part.quoted && isFunctionWord(m_all, word), part.choice });
            }
    }

    void weigh(std::vector<TermWeight> weights)
    {
        const auto take = [&weights](const std::string& label, float& weight) {
            const auto known = std::ranges::find(weights, label, &TermWeight::label);
            if (known == weights.end())
                return;
            weight = known->weight;
            weights.erase(known);
        };
        for (Unit& unit : m_units)
            take(unit.label, unit.weight);
        take({}, m_typed.wholeWeight);
    }

    /// Places in their choices for those that count; what does not is no choice.
    void countChoices()
    {
        std::map<std::size_t, std::size_t> sizes;
        for (Unit& unit : m_units) {
            if (unit.weight <= 0)
                unit.choice.reset();
            if (!unit.choice)
                continue;
            unit.place = sizes[*unit.choice]++;
            m_variants = std::max(m_variants, unit.place + 1);
        }
        m_choices = sizes;
    }

    /// Of every choice one: "a dog | cat on a sofa" is read as "a dog on a sofa" and as "a cat on a sofa".
    bool counts(const Unit& unit, std::size_t variant, const Unit* also) const
    {
        return &unit == also
            || (unit.weight > 0 && (!unit.choice || variant % m_choices.at(*unit.choice) == unit.place));
    }

    /// The sentence without what does not count (but for `also`), and without the "a" and the "on the" that led to it.
    Reading reading(std::size_t variant, const Unit* also = nullptr)
    {
        std::vector<std::string> texts;
        std::vector<std::size_t> words;
        bool complete = true;
        for (const Unit& unit : m_units) {
            if (counts(unit, variant, also)) {
                if (unit.words.empty())
                    texts.push_back(unit.label);
                for (const std::size_t word : unit.words) {
                    texts.push_back(m_all.texts[word]);
                    words.push_back(word);
                }
                continue;
            }
            complete = false;
            if (unit.words.empty() || unit.choice)
                continue;
            for (std::size_t next = unit.words.front();
                 !words.empty() && words.back() + 1 == next && isFunctionWord(m_all, next - 1); --next) {
                texts.pop_back();
                words.pop_back();
            }
        }
        std::string sentence = complete ? m_typed.plain : std::string();
        for (std::size_t i = 0; !complete && i < texts.size(); ++i)
            sentence += (i == 0 ? "" : " ") + texts[i];
        if (sentence.empty())
            return {};
        Reading reading { &m_read(sentence), also ? 0 : sourceOf(sentence), {} };
        if (reading.text->texts.size() == words.size())
            for (std::size_t w = 0; w < words.size(); ++w)
                reading.places[words[w]] = w;
        return reading;
    }

    /// Where the pooling is a mean, a phrase is as many of its words as it has.
    void shareMean()
    {
        if (m_query.pooling != align::Pooling::MrAVGw && m_query.pooling != align::Pooling::Mean)
            return;
        float terms = 0, words = 0;
        std::vector<int> choices;
        for (const Term& term : m_query.terms) {
            const bool again = term.choice >= 0 && std::ranges::find(choices, term.choice) != choices.end();
            if (term.kind != TermKind::Word || term.effectiveWeight() == 0 || again)
                continue;
            choices.push_back(term.choice);
            terms += 1;
            words += static_cast<float>(std::max<std::size_t>(1, term.words.size()));
        }
        for (Term& term : m_query.terms)
            if (term.kind == TermKind::Word && words != terms)
                term.modelWeight *= terms / words;
    }

    std::size_t sourceOf(const std::string& sentence)
    {
        const auto known = std::ranges::find(m_query.sentences, sentence);
        if (known == m_query.sentences.end())
            m_query.sentences.push_back(sentence);
        return static_cast<std::size_t>(std::ranges::find(m_query.sentences, sentence) - m_query.sentences.begin());
    }

    void add(Term term, TermKind kind, const Unit& unit)
    {
        term.kind = kind;
        term.weight = unit.weight;
        term.label = unit.label;
        term.span = unit.span;
        term.functionWord = unit.functionWord;
        term.choice = unit.choice ? static_cast<int>(*unit.choice) : -1;
        m_query.terms.push_back(std::move(term));
    }

    void addWord(const Unit& unit, const Reading& reading)
    {
        if (unit.weight < 0) {
            const TextEncoding& alone = m_read(unit.label);
            std::vector<std::size_t> words(alone.words.rows);
            std::iota(words.begin(), words.end(), std::size_t { 0 });
            Term term = termOf(alone, sourceOf(unit.label), std::move(words));
            term.modelWeight *= kWordAgainst;
            add(std::move(term), TermKind::Word, unit);
            return;
        }
        std::vector<std::size_t> words;
        for (const std::size_t word : unit.words)
            if (const auto found = reading.places.find(word); found != reading.places.end())
                words.push_back(found->second);
        if (unit.weight > 0 && words.size() == unit.words.size()) {
            add(termOf(*reading.text, reading.source, std::move(words)), TermKind::Word, unit);
            return;
        }
        // Muted, or gone with the word that it led to: it keeps its place, and adds nothing.
        Term term = termOf(m_all, 0, unit.words);
        term.words.clear();
        if (unit.weight > 0)
            term.modelWeight = 0;
        add(std::move(term), TermKind::Word, unit);
    }

    void addWhole(const Reading& reading)
    {
        const TextEncoding& text = reading.text ? *reading.text : m_all;
        if (m_model.globalWeight == 0 || std::ranges::all_of(text.global, [](float value) { return value == 0; }))
            return;
        Term term;
        term.kind = TermKind::Global;
        term.vector = text.global;
        term.modelWeight = reading.text ? m_model.globalWeight : 0;
        term.weight = m_typed.wholeWeight;
        term.label = m_typed.plain;
        term.span = { 0, m_typed.typedSize };
        term.source = reading.source;
        term.choice = m_variants > 1 ? static_cast<int>(m_choices.size()) : -1;
        m_query.terms.push_back(std::move(term));
    }

    void addPart(const Unit& unit)
    {
        if (m_model.globalWeight == 0)
            return;
        const Reading rest = reading(0), with = reading(0, &unit);
        Term term;
        term.vector = with.text->global;
        for (std::size_t d = 0; rest.text && d < term.vector.size(); ++d)
            term.vector[d] -= rest.text->global[d];
        if (std::ranges::all_of(term.vector, [](float value) { return value == 0; }))
            return;
        term.modelWeight = m_model.globalWeight * kWholeAgainst;
        term.source = sourceOf(unit.label);
        add(std::move(term), TermKind::Part, unit);
    }

    const model::ModelInfo& m_model;
    const ReadSentence& m_read;
    QuestionText m_typed;
    const TextEncoding& m_all; ///< the sentence with everything in it: which words there are
    std::vector<Unit> m_units;
    std::map<std::size_t, std::size_t> m_choices; ///< how many are in each
    std::size_t m_variants = 1;
    search::Query m_query;
};

} // namespace

search::Query questionTerms(
    const model::ModelInfo& model, align::Pooling pooling, const ReadSentence& read, const Sentence& asked)
{
    return TermWriter(model, pooling, read, asked).query();
}

} // namespace wordsight::engine
