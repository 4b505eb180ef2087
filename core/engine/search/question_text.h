#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/text_span.h"
#include "core/engine/search/question.h"

namespace wordsight::engine {

// What a person types, read. One grammar for the command line and the window's field:
//
//     question    = { part }                       parts are separated by white space
//     part        = [ "-" ] item [ "^" number ] | "*^" number
//     item        = word | '"' phrase '"'
//     part "|" part …                              one of them: whichever a photograph shows best
//
//     -word       against it                       word^2     twice its weight; word^0 mutes it
//     -"red coat" against the phrase as one unit   "red coat" one unit: one region has to show all of it
//     *^0.5       the weight of the sentence as a whole
//
// Everything else is text: a hyphen inside a word ("t-shirt") or alone, "^x", "|" with nothing on one side, a quote
// that is never closed. No text is an error. A weight is a number from -9 to 9 as "2", "0.25" or "-1.5".

struct QuestionPart {
    std::string text; ///< the word or phrase, without operators
    TextSpan span;    ///< where it stands in what was typed, operators included
    TextSpan word;    ///< where `text` stands in what was typed
    TextSpan plain;   ///< where it stands in QuestionText::plain
    float weight = 1; ///< negative: against
    bool quoted = false;
    std::optional<std::size_t> choice; ///< parts joined by "|" have the same number
};

struct QuestionText {
    std::vector<QuestionPart> parts;
    std::string plain; ///< the sentence without operators: the parts' texts with single spaces between them
    float wholeWeight = 1;
    std::optional<TextSpan> wholeSpan; ///< of "*^0.5" in what was typed
    std::size_t typedSize = 0;         ///< in bytes
};

/// Any bytes are taken.
QuestionText readQuestion(std::string_view typed);

/// What was typed with another weight for parts[part]. Weight 1 leaves no mark; a star alone takes none.
std::string withWeight(std::string_view typed, std::size_t part, float weight);
/// The same for the sentence as a whole.
std::string withWholeWeight(std::string_view typed, float weight);
/// The same for words by their labels, in order; what is no part of its own stays as it was.
std::string withWeights(std::string_view typed, const std::vector<TermWeight>& weights);

} // namespace wordsight::engine
