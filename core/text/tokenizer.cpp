#include "core/text/tokenizer.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "core/base/error.h"

namespace wordsight::text {
namespace {

constexpr std::size_t kMaxCharactersOfWord = 100; // BERT: longer words are unknown

struct Character {
    UChar32 code = 0;
    TextSpan span;
};

/// What BERT's basic tokenizer calls a token, before it is cut into pieces.
struct Unit {
    std::string normalized;
    std::size_t characters = 0; ///< of `normalized`
    std::size_t first = 0;      ///< index of its first and behind its last Character
    std::size_t end = 0;
    bool punctuation = false;
    bool standsAlone = false; ///< a Chinese character
};

std::vector<Character> decode(std::string_view sentence)
{
    std::vector<Character> characters;
    characters.reserve(sentence.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(sentence.data());
    const auto length = static_cast<std::int64_t>(sentence.size());
    for (std::int64_t i = 0; i < length;) {
        const auto begin = static_cast<std::size_t>(i);
        UChar32 code = 0;
        U8_NEXT_OR_FFFD(bytes, i, length, code);
        characters.push_back({code, {begin, static_cast<std::size_t>(i)}});
    }
    return characters;
}

void append(std::string& utf8, UChar32 code)
{
    std::uint8_t buffer[U8_MAX_LENGTH];
    int length = 0;
    U8_APPEND_UNSAFE(buffer, length, code);
    utf8.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(length));
}

bool isSpace(UChar32 c)
{
    return u_hasBinaryProperty(c, UCHAR_WHITE_SPACE);
}

/// Dropped without splitting the word: control and format characters and what was not UTF-8.
bool isDropped(UChar32 c)
{
    constexpr auto dropped = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK | U_GC_CS_MASK;
    return c == 0xFFFD || (U_GET_GC_MASK(c) & dropped) != 0;
}

bool isPunctuation(UChar32 c)
{
    const bool ascii = (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
    return ascii || (U_GET_GC_MASK(c) & U_GC_P_MASK) != 0;
}

/// The blocks that BERT splits into single characters (not Hangul, Hiragana or Katakana).
bool isChinese(UChar32 c)
{
    constexpr std::pair<UChar32, UChar32> blocks[] = {{0x4E00, 0x9FFF},   {0x3400, 0x4DBF},   {0x20000, 0x2A6DF},
                                                      {0x2A700, 0x2B73F}, {0x2B740, 0x2B81F}, {0x2B820, 0x2CEAF},
                                                      {0xF900, 0xFAFF},   {0x2F800, 0x2FA1F}};
    return std::ranges::any_of(blocks, [c](auto block) { return c >= block.first && c <= block.second; });
}

/// Lower case without accents: the code point decomposed, its nonspacing marks dropped.
std::u32string normalized(UChar32 code)
{
    static const icu::Normalizer2* nfd = [] {
        UErrorCode status = U_ZERO_ERROR;
        const auto* instance = icu::Normalizer2::getNFDInstance(status);
        if (U_FAILURE(status))
            throw Error(ErrorKind::Internal, fmt::format("ICU has no normalisation data: {}", u_errorName(status)));
        return instance;
    }();
    icu::UnicodeString decomposed;
    if (!nfd->getDecomposition(code, decomposed))
        decomposed = icu::UnicodeString(code);
    std::u32string out;
    for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
        const UChar32 c = decomposed.char32At(i);
        if (u_charType(c) != U_NON_SPACING_MARK)
            out.push_back(static_cast<char32_t>(u_tolower(c)));
    }
    return out;
}

/// Gives the sentence's units one after another, so that an over-long sentence is read no further than needed.
class UnitReader {
public:
    explicit UnitReader(const std::vector<Character>& characters) : m_characters(characters) {}

    std::optional<Unit> next()
    {
        Unit unit;
        for (; m_next < m_characters.size(); ++m_next) {
            const UChar32 source = m_characters[m_next].code;
            if (isSpace(source)) {
                if (unit.characters > 0)
                    break;
                continue;
            }
            if (isDropped(source))
                continue;
            if (!take(unit, source))
                break;
        }
        return unit.characters > 0 ? std::optional(std::move(unit)) : std::nullopt;
    }

private:
    /// False where the unit ends; the character may then belong to the next one.
    bool take(Unit& unit, UChar32 source)
    {
        const bool chinese = isChinese(source);
        const auto folded = normalized(source);
        if (folded.empty()) { // a mark: belongs to what stands before it
            unit.end = m_next + 1;
            return true;
        }
        const bool punctuation = folded.size() == 1 && isPunctuation(static_cast<UChar32>(folded[0]));
        if (unit.characters > 0 && (punctuation || chinese))
            return false;
        if (unit.characters == 0)
            unit.first = m_next;
        for (const char32_t c : folded)
            append(unit.normalized, static_cast<UChar32>(c));
        unit.characters += folded.size();
        unit.end = m_next + 1;
        unit.punctuation = punctuation;
        unit.standsAlone = chinese;
        if (!punctuation && !chinese)
            return true;
        ++m_next;
        return false;
    }

    const std::vector<Character>& m_characters;
    std::size_t m_next = 0;
};

/// "man's" and "t-shirt" are one word to a person, three units to BERT.
bool joins(const std::vector<Character>& characters, const Unit& unit)
{
    const UChar32 c = characters[unit.first].code;
    return unit.punctuation && (c == '\'' || c == 0x2019 || c == '-' || c == 0x2010 || c == 0x2011);
}

std::string spelled(const std::vector<Character>& characters, std::size_t first, std::size_t end)
{
    std::string text;
    for (std::size_t i = first; i < end; ++i)
        append(text, characters[i].code);
    return text;
}

} // namespace

WordPieceTokenizer::WordPieceTokenizer(const std::filesystem::path& vocabulary, std::size_t maxPieces)
    : m_maxPieces(std::max<std::size_t>(maxPieces, 2))
{
    std::ifstream in(vocabulary);
    if (!in)
        throw Error(ErrorKind::ModelMismatch,
                    fmt::format("The vocabulary {} cannot be read. Run scripts/deps to fetch it.", vocabulary.string()));
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
    const std::vector<Piece> unknown{{m_unknown, "[UNK]"}};
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
        pieces.push_back({found->second, found->first});
        begin = end;
    }
    return pieces;
}

Tokens WordPieceTokenizer::tokenize(std::string_view sentence) const
{
    const auto characters = decode(sentence);
    UnitReader units(characters);
    Tokens tokens;
    const auto push = [&](const Piece& piece) {
        tokens.ids.push_back(piece.id);
        tokens.pieces.push_back(piece.text);
    };
    push({m_cls, "[CLS]"});
    std::vector<std::size_t> firsts; // of each word, among characters
    Unit last;
    bool joined = false; // the last unit is a joiner that touches the word before it
    while (auto unit = units.next()) {
        const std::size_t room = m_maxPieces - 1 - tokens.ids.size();
        auto pieces = cut(unit->normalized, unit->characters);
        if (pieces.size() > room) {
            tokens.truncated = true;
            pieces.resize(room);
        }
        if (pieces.empty())
            break;
        const std::size_t first = tokens.ids.size();
        std::ranges::for_each(pieces, push);
        const bool touches = !tokens.words.empty() && last.end == unit->first && !last.standsAlone;
        if (joined && touches && !unit->punctuation && !unit->standsAlone) {
            tokens.words.pop_back();
            firsts.pop_back();
        } else {
            firsts.push_back(unit->first);
            tokens.words.push_back({{}, {}, first, 0, unit->punctuation});
        }
        auto& word = tokens.words.back();
        joined = joins(characters, *unit) && touches && !last.punctuation;
        word.pieceCount = tokens.ids.size() - word.firstPiece;
        word.span = {characters[firsts.back()].span.begin, characters[unit->end - 1].span.end};
        word.text = spelled(characters, firsts.back(), unit->end);
        last = std::move(*unit);
        if (tokens.truncated)
            break;
    }
    push({m_sep, "[SEP]"});
    return tokens;
}

} // namespace wordsight::text
