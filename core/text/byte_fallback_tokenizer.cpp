#include "core/text/byte_fallback_tokenizer.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/text/tokenizer_json.h"
#include "core/text/units.h"

namespace wordsight::text {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kSpace = "\u2581";
constexpr const char* kEnd = "<eos>";
constexpr const char* kPad = "<pad>";

constexpr const char* kKind = "a byte-pair tokenizer with bytes to fall back on, as Gemma's";

Error wrong(const fs::path& file, const std::string& reason)
{
    return notATokenizer(file, kKind, reason);
}

json member(const json& object, const char* key)
{
    return object.is_object() && object.contains(key) ? object.at(key) : json();
}

/// Spaces become U+2581 and nothing else happens to a text.
bool marksSpacesAlone(const json& normalizer)
{
    if (member(normalizer, "type") == "Sequence") {
        const json all = member(normalizer, "normalizers");
        return all.is_array() && all.size() == 1 && marksSpacesAlone(all.front());
    }
    return member(normalizer, "type") == "Replace" && member(normalizer, "content") == kSpace
        && member(member(normalizer, "pattern"), "String") == " ";
}

/// What the file puts around a text is the mark of the end, behind it; where it says nothing, it does the same.
bool endsTexts(const json& postProcessor)
{
    if (postProcessor.is_null())
        return true;
    const json single = member(postProcessor, "single");
    return single.is_array() && single.size() == 2 && single[0].contains("Sequence")
        && member(member(single[1], "SpecialToken"), "id") == kEnd;
}

std::string withoutPunctuation(std::string_view sentence)
{
    std::string text;
    bool space = false;
    for (const Character& character : decode(sentence)) {
        if (character.code == '_' || isSpace(character.code)) {
            space = !text.empty();
            continue;
        }
        if (character.code < 128 && std::ispunct(character.code))
            continue;
        if (space)
            text += ' ';
        space = false;
        append(text, character.code);
    }
    return text;
}

} // namespace

bool ByteFallbackTokenizer::reads(const fs::path& file)
{
    const json model = member(readTokenizerJson(file, kKind), "model");
    return member(model, "type") == "BPE" && member(model, "byte_fallback") == true;
}

ByteFallbackTokenizer::ByteFallbackTokenizer(const fs::path& file, Cleaning cleaning)
    : m_cleaning(cleaning)
{
    const json tokenizer = readTokenizerJson(file, kKind);
    try {
        const json& model = tokenizer.at("model");
        if (member(model, "type") != "BPE" || member(model, "byte_fallback") != true)
            throw wrong(file, fmt::format("its model is {}, without byte_fallback", member(model, "type").dump()));
        if (!marksSpacesAlone(member(tokenizer, "normalizer")))
            throw wrong(file, "its normalizer does more than to mark spaces");
        if (!endsTexts(member(tokenizer, "post_processor")))
            throw wrong(file, fmt::format("it does not put {} behind every text and nothing else", kEnd));
        m_pieces = model.at("vocab").get<std::unordered_map<std::string, std::int32_t>>();
        for (const json& added : tokenizer.value("added_tokens", json::array())) {
            const auto content = added.at("content").get<std::string>();
            const auto id = added.at("id").get<std::int32_t>();
            m_pieces[content] = id;
            if (added.value("special", false) || content.empty())
                continue;
            if (added.value("normalized", false) && content.find(' ') != std::string::npos)
                throw wrong(file, fmt::format("its added token \"{}\" is matched after normalisation", content));
            m_added[content] = id;
            m_longestAdded = std::max(m_longestAdded, content.size());
        }
        const auto idOf = [&](const std::string& piece) {
            const auto found = m_pieces.find(piece);
            if (found == m_pieces.end())
                throw wrong(file, fmt::format("the vocabulary lacks the piece \"{}\"", piece));
            return found->second;
        };
        for (const auto& [piece, id] : m_pieces) {
            if (id < 0)
                throw wrong(file, fmt::format("\"{}\" has the id {}", piece, id));
            m_size = std::max(m_size, static_cast<std::size_t>(id) + 1);
        }
        m_end = idOf(kEnd);
        m_pad = idOf(kPad);
        for (int byte = 0; byte < 256; ++byte)
            m_bytes[static_cast<std::size_t>(byte)] = idOf(fmt::format("<0x{:02X}>", byte));
        const json& merges = model.at("merges");
        m_merges.reserve(merges.size());
        for (const json& merge : merges) {
            std::pair<std::string, std::string> pair;
            if (merge.is_string()) { // "left right", as older files have it; pieces hold no spaces
                const auto text = merge.get<std::string>();
                const auto space = text.find(' ');
                if (space == std::string::npos)
                    throw wrong(file, fmt::format("\"{}\" is no pair of pieces", text));
                pair = { text.substr(0, space), text.substr(space + 1) };
            } else {
                pair = merge.get<std::pair<std::string, std::string>>();
            }
            m_merges.add(idOf(pair.first), idOf(pair.second), idOf(pair.first + pair.second));
        }
    } catch (const json::exception& error) {
        throw wrong(file, plainReason(error));
    }
}

/// Length of the longest added token at the beginning of `text`; 0: none.
std::size_t ByteFallbackTokenizer::addedAt(std::string_view text, std::int32_t& id) const
{
    for (std::size_t length = std::min(m_longestAdded, text.size()); length > 0; --length)
        if (const auto found = m_added.find(std::string(text.substr(0, length))); found != m_added.end()) {
            id = found->second;
            return length;
        }
    return 0;
}

void ByteFallbackTokenizer::appendPieces(std::vector<std::int32_t>& ids, std::string_view text) const
{
    std::vector<std::int32_t> pieces;
    for (const Character& character : decode(text)) {
        std::string spelled;
        append(spelled, character.code);
        if (const auto found = m_pieces.find(character.code == ' ' ? kSpace : spelled); found != m_pieces.end())
            pieces.push_back(found->second);
        else
            for (const char byte : spelled)
                pieces.push_back(m_bytes[static_cast<unsigned char>(byte)]);
    }
    const auto merged = m_merges.apply(std::move(pieces));
    ids.insert(ids.end(), merged.begin(), merged.end());
}

TokenIds ByteFallbackTokenizer::encode(std::string_view sentence, std::size_t most) const
{
    std::string text(sentence);
    if (m_cleaning.dropPunctuation)
        text = withoutPunctuation(text);
    if (m_cleaning.lowerCase)
        text = lowerCased(text);
    std::vector<std::int32_t> ids;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::int32_t added = 0;
        const std::size_t length = addedAt(std::string_view(text).substr(at), added);
        if (length == 0) {
            ++at;
            continue;
        }
        appendPieces(ids, std::string_view(text).substr(begin, at - begin));
        ids.push_back(added);
        begin = at += length;
    }
    appendPieces(ids, std::string_view(text).substr(begin));
    const std::size_t room = std::max<std::size_t>(most, 1) - 1;
    TokenIds tokens { {}, ids.size() > room };
    ids.resize(std::min(ids.size(), room));
    tokens.ids = std::move(ids);
    tokens.ids.push_back(m_end);
    return tokens;
}

} // namespace wordsight::text
