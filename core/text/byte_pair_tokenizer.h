#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/text/byte_pair_merges.h"
#include "core/text/subword_tokenizer.h"

namespace wordsight::text {

/// CLIP's byte-level BPE (Radford et al. 2021), id for id as transformers' CLIPTokenizer without ftfy: NFC, lower case,
/// split into contractions, runs of letters, single digits and runs of the rest; bytes spelled as printable characters,
/// the last one of a piece of text marked "</w>", then merged in the order of the merges. Special tokens in a sentence
/// are text.
class BytePairTokenizer final : public SubwordTokenizer {
public:
    /// From vocab.json and merges.txt. Throw Error{ModelMismatch} naming the file and what is wrong with it.
    BytePairTokenizer(const std::filesystem::path& vocabulary, const std::filesystem::path& merges);
    /// From a tokenizer.json that says the same.
    explicit BytePairTokenizer(const std::filesystem::path& tokenizerJson);

    TokenIds encode(std::string_view sentence, std::size_t most) const override;
    std::int32_t endId() const override { return m_end; }
    std::size_t vocabularySize() const override { return m_size; }

private:
    using Vocabulary = std::unordered_map<std::string, std::int32_t>;

    void take(const Vocabulary& vocabulary, const std::vector<std::pair<std::string, std::string>>& merges,
        const std::filesystem::path& vocabularyFile, const std::filesystem::path& mergesFile);
    std::vector<std::int32_t> merged(std::string_view bytes) const;

    std::array<std::int32_t, 256> m_bytes {};     ///< ids of bytes inside a word
    std::array<std::int32_t, 256> m_lastBytes {}; ///< and of those that end one
    BytePairMerges m_merges;
    std::int32_t m_begin = 0;
    std::int32_t m_end = 0;
    std::size_t m_size = 0;
};

} // namespace wordsight::text
