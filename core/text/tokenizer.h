#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/data/text_span.h"

namespace wordsight::text {

/// A word as a person sees it ("man's" and "t-shirt" are one) and the word pieces that stand for it.
struct Word {
    std::string text;           ///< as written in the sentence
    TextSpan span;              ///< where it is in the sentence
    std::size_t firstPiece = 0; ///< index into Tokens::ids
    std::size_t pieceCount = 0;
    bool punctuation = false;
    bool unknown = false; ///< a piece of it is [UNK]: the vocabulary cannot spell it
};

struct Tokens {
    std::vector<std::int32_t> ids;   ///< [CLS] pieces… [SEP]
    std::vector<std::string> pieces; ///< the same, spelled
    std::vector<Word> words;         ///< without [CLS] and [SEP], in reading order
    bool truncated = false;          ///< the sentence was longer than the limit
};

/// BERT's uncased WordPiece (NFD, accents stripped, CJK split, punctuation split), on ICU.
/// Immutable after construction, so thread-safe.
class WordPieceTokenizer {
public:
    /// Throws Error{ModelMismatch} if the file is missing or lacks [CLS], [SEP], [UNK] or [PAD].
    explicit WordPieceTokenizer(const std::filesystem::path& vocabulary, std::size_t maxPieces = 128);

    /// Any bytes are taken: what is not UTF-8 becomes U+FFFD. An empty sentence gives [CLS] [SEP] and no words.
    Tokens tokenize(std::string_view sentence) const;

    std::int32_t paddingId() const { return m_pad; }

private:
    struct Piece {
        std::int32_t id;
        std::string text;
    };
    std::vector<Piece> cut(const std::string& word, std::size_t characters) const;

    std::unordered_map<std::string, std::int32_t> m_ids;
    std::size_t m_maxPieces;
    std::int32_t m_pad = 0;
    std::int32_t m_unknown = 0;
    std::int32_t m_cls = 0;
    std::int32_t m_sep = 0;
};

} // namespace wordsight::text
