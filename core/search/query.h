#pragma once

#include <string>
#include <vector>

#include "core/align/pooling.h"
#include "core/data/text_span.h"

namespace wordsight::search {

enum class TermKind {
    Word,   ///< met by the best region of a photograph
    Global, ///< the sentence as a whole: met by the photograph's global vector
    Part,   ///< what one word adds to that: met by the photograph's global vector
};

/// One thing asked for. score(photo) = Σ weight · (max over regions of term · region − baseline).
struct Term {
    TermKind kind = TermKind::Word;
    std::vector<float> vector; ///< [D], L2-normalised; of a phrase the weighted mean of its words
    float modelWeight = 1;     ///< what the model says it is worth
    float weight = 1;          ///< what the person says: 0 mutes, negative votes against
    std::string label;
    TextSpan span;
    bool unknown = false;      ///< the model cannot read it: to it all such words are alike
    float baseline = 0;        ///< what an average photograph reaches; only what is above it counts
    bool functionWord = false; ///< "a", "on": only holds others together, so no region is it
    std::size_t source = 0;    ///< index into Query::sentences: where it was read in
    int choice = -1;           ///< of the terms with the same number only the one that adds most counts; -1: of none
    std::vector<std::size_t> words {}; ///< of that sentence's words those that it is; none for a whole

    float effectiveWeight() const { return modelWeight * weight; }
};

/// What an Index is asked.
struct Query {
    std::vector<Term> terms;
    align::Pooling pooling = align::Pooling::MrSw;
    std::vector<std::string> sentences {}; ///< whose words the terms are, as a model read them; none: they come from
                                           ///< elsewhere
    bool truncated = false;                ///< the sentence is longer than the model reads: its end was cut off
    bool otherLanguage = false;            ///< it seems to be in a language that the model was not taught
};

} // namespace wordsight::search
