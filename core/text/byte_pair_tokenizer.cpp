#include "core/text/byte_pair_tokenizer.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/text/clip_chunks.h"
#include "core/text/tokenizer_json.h"

namespace wordsight::text {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kBegin = "<|startoftext|>";
constexpr const char* kEnd = "<|endoftext|>";
constexpr const char* kEndOfWord = "</w>";

constexpr const char* kKind = "a byte-pair tokenizer as CLIP's";

Error wrong(const fs::path& file, const std::string& reason)
{
    return notATokenizer(file, kKind, reason);
}

/// How GPT-2 and CLIP spell a byte: printable Latin-1 stands for itself, the others follow from U+0100 on.
std::array<std::string, 256> spelledBytes()
{
    std::array<std::string, 256> spelled;
    std::int32_t next = 256;
    for (int byte = 0; byte < 256; ++byte) {
        const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        append(spelled[static_cast<std::size_t>(byte)], printable ? byte : next++);
    }
    return spelled;
}

std::pair<std::string, std::string> mergeOf(const std::string& line, const fs::path& file)
{
    const auto space = line.find(' ');
    if (space == std::string::npos || space == 0 || space + 1 == line.size()
        || line.find(' ', space + 1) != std::string::npos)
        throw wrong(file, fmt::format("\"{}\" is no pair of pieces", line));
    return { line.substr(0, space), line.substr(space + 1) };
}

} // namespace

BytePairTokenizer::BytePairTokenizer(const fs::path& vocabularyFile, const fs::path& mergesFile)
{
    const json vocabulary = readTokenizerJson(vocabularyFile, kKind);
    if (!fs::exists(mergesFile))
        throw wrong(mergesFile, "it is missing");
    std::istringstream lines(readTextFile(mergesFile));
    std::vector<std::pair<std::string, std::string>> merges;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        if (!line.empty() && !line.starts_with("#version"))
            merges.push_back(mergeOf(line, mergesFile));
    }
    try {
        take(vocabulary.get<Vocabulary>(), merges, vocabularyFile, mergesFile);
    } catch (const json::exception& error) {
        throw wrong(vocabularyFile, plainReason(error));
    }
}

BytePairTokenizer::BytePairTokenizer(const fs::path& file)
{
    const json tokenizer = readTokenizerJson(file, kKind);
    try {
        const json& model = tokenizer.at("model");
        if (const auto type = model.value("type", "BPE"); type != "BPE")
            throw wrong(file, fmt::format("its model is {}, not BPE", type));
        if (const json& suffix = model.at("end_of_word_suffix"); suffix != kEndOfWord)
            throw wrong(file, fmt::format("its words end in {}, not in \"{}\"", suffix.dump(), kEndOfWord));
        auto vocabulary = model.at("vocab").get<Vocabulary>();
        for (const json& added : tokenizer.value("added_tokens", json::array()))
            vocabulary[added.at("content").get<std::string>()] = added.at("id");
        std::vector<std::pair<std::string, std::string>> merges;
        for (const json& merge : model.at("merges"))
            merges.push_back(merge.is_string() ? mergeOf(merge.get<std::string>(), file)
                                               : merge.get<std::pair<std::string, std::string>>());
        take(vocabulary, merges, file, file);
    } catch (const json::exception& error) {
        throw wrong(file, plainReason(error));
    }
}

void BytePairTokenizer::take(const Vocabulary& vocabulary,
    const std::vector<std::pair<std::string, std::string>>& merges, const fs::path& vocabularyFile,
    const fs::path& mergesFile)
{
    const auto idOf = [&](const std::string& piece, const fs::path& askedBy) {
        const auto found = vocabulary.find(piece);
        if (found == vocabulary.end())
            throw wrong(askedBy, fmt::format("the vocabulary lacks the piece \"{}\"", piece));
        return found->second;
    };
    for (const auto& [piece, id] : vocabulary) {
        if (id < 0)
            throw wrong(vocabularyFile, fmt::format("\"{}\" has the id {}", piece, id));
        m_size = std::max(m_size, static_cast<std::size_t>(id) + 1);
    }
    m_begin = idOf(kBegin, vocabularyFile);
    m_end = idOf(kEnd, vocabularyFile);
    const auto bytes = spelledBytes();
    for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
        m_bytes[byte] = idOf(bytes[byte], vocabularyFile);
        m_lastBytes[byte] = idOf(bytes[byte] + kEndOfWord, vocabularyFile);
    }
    m_merges.reserve(merges.size());
    for (const auto& [left, right] : merges)
        m_merges.add(idOf(left, mergesFile), idOf(right, mergesFile), idOf(left + right, mergesFile));
}

std::vector<std::int32_t> BytePairTokenizer::merged(std::string_view bytes) const
{
    std::vector<std::int32_t> ids;
    for (const char byte : bytes)
        ids.push_back(m_bytes[static_cast<unsigned char>(byte)]);
    ids.back() = m_lastBytes[static_cast<unsigned char>(bytes.back())];
    return m_merges.apply(std::move(ids));
}

TokenIds BytePairTokenizer::encode(std::string_view sentence, std::size_t most) const
{
    TokenIds tokens { { m_begin }, false };
    const std::size_t room = std::max<std::size_t>(most, 2) - 1;
    for (const std::string& chunk : clipChunks(sentence)) {
        const auto ids = merged(chunk);
        tokens.ids.insert(tokens.ids.end(), ids.begin(), ids.end());
        if (tokens.ids.size() > room) {
            tokens.ids.resize(room);
            tokens.truncated = true;
            break;
        }
    }
    tokens.ids.push_back(m_end);
    return tokens;
}

} // namespace wordsight::text
