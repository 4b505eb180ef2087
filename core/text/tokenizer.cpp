#include "core/text/tokenizer.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/text/language.h"
#include "core/text/words.h"

namespace wordsight::text {
namespace {

constexpr std::size_t kMaxCharactersOfWord = 100; // BERT: longer words are unknown

} // namespace

WordPieceTokenizer::WordPieceTokenizer(const std::filesystem::path& vocabulary, std::size_t maxPieces)
    : m_maxPieces(std::max<std::size_t>(maxPieces, 2))
{
    std::ifstream in(vocabulary);
    if (!in)
        throw Error(ErrorKind::ModelMismatch, fmt::format("The vocabulary {} cannot be read.", vocabulary.string()),
            Hint::FetchWeights);
    std::string line;
    for (std::int32_t id = 0; std::getline(in, line); ++id) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        m_ids.emplace(line, id);
    }
    const auto special = [&](const char* piece) {
        const auto found = m_ids.find(piece);
        if (found == m_ids.end())
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("{} is not a WordPiece vocabulary: it lacks {}.", vocabulary.string(), piece));
        return found->second;
    };
    m_pad = special("[PAD]");
    m_unknown = special("[UNK]");
    m_cls = special("[CLS]");
    m_sep = special("[SEP]");
}

std::vector<WordPieceTokenizer::Piece> WordPieceTokenizer::cut(const std::string& word, std::size_t characters) const
{
    const std::vector<Piece> unknown { { m_unknown, "[UNK]" } };
    if (characters > kMaxCharactersOfWord)
        return unknown;
    std::vector<Piece> pieces;
    for (std::size_t begin = 0; begin < word.size();) {
        const std::string prefix = begin == 0 ? "" : "##";
        std::size_t end = word.size();
        auto found = m_ids.end();
        for (; end > begin; --end) { // the longest piece that fits; cuts inside a character match nothing
            found = m_ids.find(prefix + word.substr(begin, end - begin));
            if (found != m_ids.end())
                break;
        }
        if (found == m_ids.end())
            return unknown;
        pieces.push_back({ found->second, found->first });
        begin = end;
    }
    return pieces;
}

Tokens WordPieceTokenizer::tokenize(std::string_view sentence) const
{
    const auto characters = decode(sentence);
    WordReader reader(characters);
    Tokens tokens;
    const auto push = [&](const Piece& piece) {
        tokens.ids.push_back(piece.id);
        tokens.pieces.push_back(piece.text);
    };
    push({ m_cls, "[CLS]" });
    for (auto units = reader.next(); !units.empty() && !tokens.truncated; units = reader.next()) {
        Word word { {}, {}, tokens.ids.size(), 0, units.front().punctuation };
        std::size_t end = units.front().first;
        for (const Unit& unit : units) {
            const std::size_t room = m_maxPieces - 1 - tokens.ids.size();
            auto pieces = cut(unit.normalized, unit.characters);
            tokens.truncated = pieces.size() > room;
            pieces.resize(std::min(pieces.size(), room));
            if (pieces.empty())
                break;
            std::ranges::for_each(pieces, push);
            word.unknown |= std::ranges::any_of(pieces, [&](const Piece& piece) { return piece.id == m_unknown; })
                || isSpelledOut(unit.normalized, pieces.size());
            end = unit.end;
            if (tokens.truncated)
                break;
        }
        word.pieceCount = tokens.ids.size() - word.firstPiece;
        if (word.pieceCount == 0)
            break;
        word.span = { characters[units.front().first].span.begin, characters[end - 1].span.end };
        word.text = spelled(characters, units.front().first, end);
        tokens.words.push_back(std::move(word));
    }
    push({ m_sep, "[SEP]" });
    return tokens;
}

} // namespace wordsight::text
