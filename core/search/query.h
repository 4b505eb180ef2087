#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/align/pooling.h"
#include "core/base/ids.h"
#include "core/data/matrix.h"
#include "core/data/text_span.h"

namespace wordsight::search {

enum class TermKind {
    Word,   ///< met by the best region of a photograph
    Global, ///< met by the photograph's global vector
};

/// One thing asked for. score(photo) = Σ weight · (max over regions of term · region − baseline).
struct Term {
    TermKind kind = TermKind::Word;
    std::vector<float> vector; ///< [D], L2-normalised
    float modelWeight = 1;     ///< what the model says it is worth
    float weight = 1;          ///< what the person says: 0 mutes, negative votes against
    std::string label;
    TextSpan span;
    bool unknown = false; ///< the model cannot read it: to it all such words are alike
    float baseline = 0;   ///< what an average photograph reaches; only what is above it counts

    float effectiveWeight() const { return modelWeight * weight; }
};

/// What a sentence and a photograph gave each other where a model scores them in pairs: what stands for the cosines
/// then.
struct PairShares {
    Matrix cells;     ///< [R × words] what each region adds to what a word earns; a word earns the sum
    float global = 0; ///< what is no word's own, for the global term
};

struct Query {
    std::vector<Term> terms;
    align::Pooling pooling = align::Pooling::MrSw;
    std::string sentence {}; ///< whose words the terms are, as it was typed; empty: they come from elsewhere
    /// Not null once photographs were scored in pairs with the sentence (engine/reranker.h); the pooling is Sum then.
    std::shared_ptr<const std::unordered_map<PhotoId, PairShares>> pairs {};
};

} // namespace wordsight::search
