#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace wordsight::text {

/// A word as written, and into how many pieces a tokenizer cut it.
struct CutWord {
    std::string text;
    std::size_t pieces = 0;
};

/// Whether a word of another script than Latin comes nearly letter by letter. The letters are known then, but no model
/// has learnt what they mean together. (A vocabulary of many languages has longer pieces.)
bool isSpelledOut(std::string_view word, std::size_t pieces);

/// Whether a sentence is, by all appearances, in another language than a vocabulary was made from: no English function
/// word, and at least two words in pieces that make up three tenths of it; or five words and more, six tenths of them
/// in pieces, whatever the others are. Fewer than three words say nothing.
bool isOfAnotherLanguage(std::span<const CutWord> words);

} // namespace wordsight::text
