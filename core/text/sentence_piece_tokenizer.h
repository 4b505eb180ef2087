#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/text/subword_tokenizer.h"

namespace sentencepiece {
class SentencePieceProcessor;
}

namespace wordsight::text {

/// SigLIP's tokenizer (Zhai et al. 2023), id for id as transformers' SiglipTokenizer: lower case, ASCII punctuation
/// taken out, white space collapsed, then SentencePiece with the model's own spiece.model, and "</s>" at the end.
class SentencePieceTokenizer final : public SubwordTokenizer {
public:
    /// Throws Error{ModelMismatch} naming the file and what is wrong with it.
    SentencePieceTokenizer(const std::filesystem::path& model, bool lowerCase);
    ~SentencePieceTokenizer() override;

    TokenIds encode(std::string_view sentence, std::size_t most) const override;
    std::int32_t endId() const override;
    std::size_t vocabularySize() const override;

private:
    std::vector<int> idsOf(const std::string& text) const;

    std::unique_ptr<sentencepiece::SentencePieceProcessor> m_processor;
    bool m_lowerCase;
    std::size_t m_prefixPieces = 0;
};

} // namespace wordsight::text
