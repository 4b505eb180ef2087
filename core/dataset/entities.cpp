#include "core/dataset/entities.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "core/base/error.h"
#include "core/base/file.h"

namespace wordsight::dataset {

namespace {

using BoxesOfChain = std::map<std::string, std::vector<Box>, std::less<>>;

/// A sentence's letters and digits in lower case, and the byte (of the part appended) that each came from. Bytes beyond
/// ASCII count as letters.
struct Letters {
    std::string text;
    std::vector<std::size_t> bytes;

    void append(std::string_view part)
    {
        for (std::size_t i = 0; i < part.size(); ++i) {
            const auto c = static_cast<unsigned char>(part[i]);
            const bool upper = c >= 'A' && c <= 'Z';
            if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80) {
                text += static_cast<char>(upper ? c - 'A' + 'a' : c);
                bytes.push_back(i);
            }
        }
    }
};

struct AnnotatedPhrase {
    std::string chain;
    std::string type;
    std::size_t firstLetter = 0; ///< [firstLetter, endLetter) of the sentence's letters
    std::size_t endLetter = 0;
};

struct AnnotatedSentence {
    Letters letters;
    std::vector<AnnotatedPhrase> phrases;
};

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& reason)
{
    throw Error(ErrorKind::UnreadableInput, fmt::format("{} is damaged: {}.", file.string(), reason));
}

/// "[/EN#18/people A child] in [/EN#19/clothing/other a pink dress] ."
AnnotatedSentence parseSentence(std::string_view line, const std::filesystem::path& file)
{
    constexpr std::string_view opening = "[/EN#";
    AnnotatedSentence sentence;
    while (!line.empty()) {
        const std::size_t open = line.find(opening);
        sentence.letters.append(line.substr(0, open));
        if (open == std::string_view::npos)
            break;
        const std::size_t close = line.find(']', open);
        if (close == std::string_view::npos)
            damaged(file, "a phrase has no closing bracket");
        const std::string_view inside = line.substr(open + opening.size(), close - open - opening.size());
        const std::size_t slash = inside.find('/');
        const std::size_t space = inside.find(' ');
        if (slash == std::string_view::npos || space == std::string_view::npos || slash > space)
            damaged(file, fmt::format("\"{}\" is not a phrase", inside));
        const std::string_view types = inside.substr(slash + 1, space - slash - 1);
        const std::size_t first = sentence.letters.text.size();
        sentence.letters.append(inside.substr(space));
        sentence.phrases.push_back({ std::string(inside.substr(0, slash)),
            std::string(types.substr(0, types.find('/'))), first, sentence.letters.text.size() });
        line.remove_prefix(close + 1);
    }
    return sentence;
}

std::vector<AnnotatedSentence> readSentences(const std::filesystem::path& file)
{
    std::vector<AnnotatedSentence> sentences;
    std::istringstream lines(readTextFile(file));
    for (std::string line; std::getline(lines, line);)
        sentences.push_back(parseSentence(line, file));
    return sentences;
}

std::optional<Box> boxFrom(const pugi::xml_node& node, float width, float height)
{
    const auto fraction = [&](const char* name, float size) {
        return std::clamp(node.child(name).text().as_float() / size, 0.0f, 1.0f);
    };
    const float left = fraction("xmin", width), top = fraction("ymin", height);
    const float right = fraction("xmax", width), bottom = fraction("ymax", height);
    if (!(right > left && bottom > top)) // not a number is neither
        return std::nullopt;
    return Box { left, top, right - left, bottom - top };
}

BoxesOfChain readBoxes(const std::filesystem::path& file)
{
    const std::string text = readTextFile(file);
    pugi::xml_document document;
    const pugi::xml_parse_result parsed = document.load_buffer(text.data(), text.size());
    if (!parsed)
        damaged(file, parsed.description());
    const pugi::xml_node annotation = document.child("annotation");
    const float width = annotation.child("size").child("width").text().as_float();
    const float height = annotation.child("size").child("height").text().as_float();
    if (!(width > 0 && height > 0) || !std::isfinite(width) || !std::isfinite(height))
        damaged(file, "it does not say how large the photograph is");
    BoxesOfChain boxes;
    for (const pugi::xml_node object : annotation.children("object"))
        if (const pugi::xml_node drawn = object.child("bndbox"))
            if (const auto box = boxFrom(drawn, width, height))
                for (const pugi::xml_node chain : object.children("name"))
                    boxes[chain.text().as_string()].push_back(*box);
    return boxes;
}

void appendPhrases(const AnnotatedSentence& sentence, const Letters& caption, std::size_t captionIndex,
    const BoxesOfChain& boxes, std::vector<BoxedPhrase>& phrases)
{
    for (const AnnotatedPhrase& phrase : sentence.phrases) {
        const auto found = boxes.find(phrase.chain);
        if (found == boxes.end() || phrase.firstLetter == phrase.endLetter)
            continue;
        const TextSpan span { caption.bytes[phrase.firstLetter], caption.bytes[phrase.endLetter - 1] + 1 };
        phrases.push_back({ captionIndex, span, phrase.type, found->second });
    }
}

} // namespace

std::vector<BoxedPhrase> readEntities(const std::filesystem::path& folder, const CaptionedImage& image)
{
    const std::string stem = std::filesystem::path(image.filename).stem().string();
    const std::string id = stem.substr(0, stem.find('_'));
    const auto boxFile = folder / "Annotations" / (id + ".xml");
    const auto sentenceFile = folder / "Sentences" / (id + ".txt");
    if (!std::filesystem::exists(boxFile) || !std::filesystem::exists(sentenceFile))
        return {};
    const BoxesOfChain boxes = readBoxes(boxFile);
    const std::vector<AnnotatedSentence> sentences = readSentences(sentenceFile);
    std::vector<BoxedPhrase> phrases;
    for (std::size_t c = 0; c < image.captions.size(); ++c) {
        Letters caption;
        caption.append(image.captions[c]);
        const auto match = std::ranges::find(sentences, caption.text, [](const auto& s) { return s.letters.text; });
        if (match != sentences.end())
            appendPhrases(*match, caption, c, boxes, phrases);
    }
    return phrases;
}

} // namespace wordsight::dataset
