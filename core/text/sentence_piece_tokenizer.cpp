#include "core/text/sentence_piece_tokenizer.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <sentencepiece_processor.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/units.h"

namespace wordsight::text {
namespace {

/// SentencePiece's own mark of a space. What stands before it would lose it at the beginning of a text, so a text is
/// encoded behind this prefix, whose pieces are then taken away, as the reference does.
constexpr std::string_view kSpace = "\u2581";
constexpr std::int32_t kSpaceCode = 0x2581;
constexpr std::string_view kPrefix = "<unk>";

bool isPythonSpace(std::int32_t code)
{
    return isSpace(code) || (code >= 0x1C && code <= 0x1F);
}

/// Lower case, no ASCII punctuation, single spaces, none at the end; U+2581 first.
std::string canonical(std::string_view sentence, bool lowerCase)
{
    std::string marked;
    for (const Character& character : decode(sentence))
        append(marked, character.code == kSpaceCode ? ' ' : character.code);
    std::string text(kSpace);
    bool space = false;
    for (const Character& character : decode(lowerCase ? lowerCased(marked) : marked)) {
        if (character.code < 128 && std::ispunct(character.code))
            continue;
        if (isPythonSpace(character.code)) {
            space = true;
            continue;
        }
        if (space)
            text += ' ';
        space = false;
        append(text, character.code);
    }
    return text;
}

} // namespace

SentencePieceTokenizer::SentencePieceTokenizer(const std::filesystem::path& model, bool lowerCase)
    : m_processor(std::make_unique<sentencepiece::SentencePieceProcessor>())
    , m_lowerCase(lowerCase)
{
    const auto wrong = [&](const std::string& reason) {
        return Error(
            ErrorKind::ModelMismatch, fmt::format("{} is not a SentencePiece model: {}.", model.string(), reason));
    };
    if (!std::filesystem::exists(model))
        throw wrong("it is missing");
    if (const auto status = m_processor->LoadFromSerializedProto(readTextFile(model)); !status.ok())
        throw wrong(status.ToString());
    if (m_processor->eos_id() < 0)
        throw wrong("it has no piece that ends a sentence");
    m_prefixPieces = idsOf(std::string(kPrefix)).size();
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::vector<int> SentencePieceTokenizer::idsOf(const std::string& text) const
{
    std::vector<int> ids;
    if (const auto status = m_processor->Encode(text, &ids); !status.ok())
        throw Error(ErrorKind::Internal, fmt::format("SentencePiece: {}", status.ToString()));
    return ids;
}

TokenIds SentencePieceTokenizer::encode(std::string_view sentence, std::size_t most) const
{
    const auto ids = idsOf(std::string(kPrefix) + canonical(sentence, m_lowerCase));
    const auto own = std::span(ids).subspan(std::min(m_prefixPieces, ids.size()));
    const std::size_t room = std::max<std::size_t>(most, 1) - 1;
    TokenIds tokens { { own.begin(), own.begin() + static_cast<std::ptrdiff_t>(std::min(own.size(), room)) },
        own.size() > room };
    tokens.ids.push_back(endId());
    return tokens;
}

std::int32_t SentencePieceTokenizer::endId() const
{
    return m_processor->eos_id();
}

std::size_t SentencePieceTokenizer::vocabularySize() const
{
    return static_cast<std::size_t>(m_processor->GetPieceSize());
}

} // namespace wordsight::text
