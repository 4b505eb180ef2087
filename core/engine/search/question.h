#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/align/pooling.h"
#include "core/store/photo_filter.h"

namespace wordsight::engine {

/// Photographs that a model which compares pairs scores (reranker.h), unless somebody says otherwise.
constexpr std::size_t kShortlist = 200;

/// What a person says a word of the sentence is worth: 1 as it is, 0 muted, negative against.
struct TermWeight {
    std::string label; ///< the word; empty for the sentence as a whole
    float weight = 1;
    bool operator==(const TermWeight&) const = default;
};

/// To see every photograph, the newest first.
struct Browse {
    bool operator==(const Browse&) const = default;
};

/// To have the photographs ranked by a sentence.
struct Sentence {
    std::string text;
    std::vector<TermWeight> weights {}; ///< matched to the sentence's terms by label, in order; the others count 1
    bool operator==(const Sentence&) const = default;
};

/// What is asked for. (Search by an image, or by a region of one, would be one more kind.)
using Asked = std::variant<Browse, Sentence>;

/// All that an answer depends on beside the library itself. Equal questions have equal answers until it changes.
struct Question {
    Asked asked;
    store::PhotoFilter filter {};
    std::string model {};                     ///< by name; empty: the standard one
    std::optional<align::Pooling> pooling {}; ///< absent: the model's own
    std::string rerank {};                    ///< another model, one that compares pairs, which scores the best anew
    std::size_t shortlist = kShortlist;       ///< how many photographs a model that compares pairs scores
    std::size_t limit = 2000;                 ///< how many hits of a ranking are explained

    bool operator==(const Question&) const = default;
};

} // namespace wordsight::engine
