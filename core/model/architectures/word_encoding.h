#pragma once

#include "core/model/image_text_model.h"
#include "core/text/function_words.h"
#include "core/text/language.h"
#include "core/text/tokenizer.h"

namespace wordsight::model {

/// Whether the sentence is in another language than the tokenizer's.
inline bool isOfAnotherLanguage(const text::Tokens& tokens)
{
    std::vector<text::CutWord> words;
    for (const text::Word& word : tokens.words)
        if (!word.punctuation)
            words.push_back({ word.text, word.pieceCount });
    return text::isOfAnotherLanguage(words);
}

/// The words of a sentence as a person reads them; the vectors are still to come.
inline TextEncoding wordsOf(const text::Tokens& tokens)
{
    TextEncoding encoding;
    encoding.truncated = tokens.truncated;
    encoding.otherLanguage = isOfAnotherLanguage(tokens);
    for (const text::Word& word : tokens.words) {
        encoding.texts.push_back(word.text);
        encoding.spans.push_back(word.span);
        encoding.functionWords.push_back(text::isFunctionWord(word.text));
        if (word.unknown)
            encoding.unknown.push_back(word.text);
    }
    return encoding;
}

} // namespace wordsight::model
