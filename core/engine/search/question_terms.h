#pragma once

#include <functional>
#include <string>

#include "core/engine/search/question.h"
#include "core/model/image_text_model.h"
#include "core/search/query.h"

namespace wordsight::engine {

/// How much more than for them a word counts against photographs, by its regions and as a part of the whole: what a
/// person does not want is to be gone from the first rows, not to stand a little lower. Chosen on Flickr8k's val with
/// scripts/negation; docs/evaluation.md has the figures.
constexpr float kWordAgainst = 2;
constexpr float kWholeAgainst = 5;

/// A sentence by a model's text encoder; may be kept from before.
using ReadSentence = std::function<const model::TextEncoding&(const std::string& sentence)>;

/// A question as terms of a query; question_text.h has the grammar, Sentence::weights come on top of what the text
/// says. In the order of the text one term per word or quoted phrase, then the sentence as a whole where the model has
/// such a term, then what is turned against by itself:
///
/// - words that count (weight above 0) and the whole come from the sentence without all others, so that what is muted
///   is not asked for by its neighbours or by the whole either;
/// - a muted word keeps its term, with weight 0;
/// - a word turned against is read alone for its word term; where the model compares wholes it has one of kind Part,
///   too: what it adds to the whole, the sentence with it less the sentence without. So what is left of the sentence is
///   not voted against. Both have its negative weight, times the factors above.
///
/// A term's span is where its word stands in what was typed. No terms: there is nothing that the model could look for.
search::Query questionTerms(
    const model::ModelInfo& model, align::Pooling pooling, const ReadSentence& read, const Sentence& asked);

} // namespace wordsight::engine
