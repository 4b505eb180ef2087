#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/text/byte_pair_merges.h"
#include "core/text/subword_tokenizer.h"

namespace wordsight::text {

/// SentencePiece's byte-pair encoding as a tokenizer.json spells it out (Gemma's, which SigLIP 2 came with): spaces
/// become U+2581, a text is its code points, a code point that is no piece its UTF-8 bytes "<0x00>".."<0xFF>", and
/// neighbours are merged in the order of the merges. What the file adds besides (runs of line breaks, tags) is taken
/// as one piece before that, the longest first; special tokens in a sentence are text. The mark of the end comes last.
/// Id for id as the library `tokenizers` has it.
class ByteFallbackTokenizer final : public SubwordTokenizer {
public:
    /// What is done to a text before it is taken apart.
    struct Cleaning {
        bool lowerCase = false;
        bool dropPunctuation = false; ///< ASCII's; "_" becomes a space, and spaces are single, none at the ends
    };
    /// Throws Error{ModelMismatch} naming the file and what in it is not as described above.
    ByteFallbackTokenizer(const std::filesystem::path& tokenizerJson, Cleaning cleaning);

    /// Whether the file is of this kind, for whoever has several kinds to choose from. Throws Error{ModelMismatch}
    /// where it cannot be read at all.
    static bool reads(const std::filesystem::path& tokenizerJson);

    TokenIds encode(std::string_view sentence, std::size_t most) const override;
    std::int32_t endId() const override { return m_end; }
    std::int32_t padId() const override { return m_pad; }
    std::size_t vocabularySize() const override { return m_size; }

private:
    void appendPieces(std::vector<std::int32_t>& ids, std::string_view text) const;
    std::size_t addedAt(std::string_view text, std::int32_t& id) const;

    std::unordered_map<std::string, std::int32_t> m_pieces;
    std::array<std::int32_t, 256> m_bytes {};
    BytePairMerges m_merges;
    std::unordered_map<std::string, std::int32_t> m_added; ///< not special, matched as they stand
    std::size_t m_longestAdded = 0;
    Cleaning m_cleaning;
    std::int32_t m_end = 0;
    std::int32_t m_pad = 0;
    std::size_t m_size = 0;
};

} // namespace wordsight::text
