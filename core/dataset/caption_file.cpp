#include "core/dataset/caption_file.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include <spdlog/spdlog.h>

#include "core/base/file.h"
#include "core/dataset/json_parts.h"

namespace wordsight::dataset {

namespace {

using nlohmann::json;

std::vector<CaptionedImage> cocoFrom(const json& document)
{
    std::map<std::string, std::vector<std::string>> captions;
    for (const json& annotation : document.at("annotations"))
        captions[idOf(annotation.at("image_id"))].push_back(annotation.at("caption"));
    std::vector<CaptionedImage> images;
    for (const json& entry : document.at("images")) {
        CaptionedImage& image = images.emplace_back();
        image.filename = entry.at("file_name");
        // An id that stands twice: its sentences are the first one's.
        image.captions = std::exchange(captions[idOf(entry.at("id"))], {});
    }
    return images;
}

std::vector<CaptionedImage> blipFrom(const json& document)
{
    std::vector<CaptionedImage> images;
    for (const json& entry : document) {
        CaptionedImage& image = images.emplace_back();
        image.filename = entry.at("image");
        const json& caption = entry.at("caption");
        image.captions
            = caption.is_array() ? caption.get<std::vector<std::string>>() : std::vector { caption.get<std::string>() };
    }
    return images;
}

/// Decided by the keys, wherever in the file they stand.
std::vector<CaptionedImage> anyFrom(const json& document)
{
    if (document.is_array())
        return blipFrom(document);
    const json& images = document.at("images");
    const bool hasSentences = !images.empty() && images.at(0).contains("sentences");
    return document.contains("annotations") && !hasSentences ? cocoFrom(document) : karpathyFrom(document);
}

/// "image" and the rest of a line; a field may stand in quotes, with quotes in it doubled.
std::string unquoted(std::string field)
{
    while (!field.empty() && (field.back() == '\r' || field.back() == ' '))
        field.pop_back();
    field.erase(0, field.find_first_not_of(' '));
    if (field.size() < 2 || field.front() != '"' || field.back() != '"')
        return field;
    std::string plain;
    for (std::size_t i = 1; i + 1 < field.size(); ++i) {
        plain += field[i];
        i += field[i] == '"' && field[i + 1] == '"' ? 1 : 0;
    }
    return plain;
}

std::vector<CaptionedImage> linesFrom(const std::string& text, const std::filesystem::path& file)
{
    std::istringstream lines(text);
    std::vector<CaptionedImage> images;
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.empty() || line == "\r" || (number == 1 && line.starts_with("image")))
            continue; // the heading of a table
        const auto mark = line.find_first_of("\t|,");
        std::string name = unquoted(line.substr(0, mark));
        std::string sentence = mark == std::string::npos ? "" : line.substr(mark + 1);
        if (mark != std::string::npos && line[mark] == '|') // the number of the sentence
            sentence = sentence.find('|') == std::string::npos ? "" : sentence.substr(sentence.find('|') + 1);
        name = name.substr(0, name.rfind('#'));
        if (mark == std::string::npos || name.find('.') == std::string::npos)
            throw Error(ErrorKind::UnreadableInput,
                fmt::format("{} is no list of photographs and sentences that can be read: line {} has no file name "
                            "with a sentence behind it.",
                    file.string(), number));
        CaptionedImage& image = images.emplace_back();
        image.filename = name;
        if (sentence = unquoted(sentence); !sentence.empty())
            image.captions.push_back(sentence);
    }
    return images;
}

/// One entry for each photograph, in the order of the first; `listedAgain` counts the others of those that stand for
/// themselves (a list of sentences names its photographs once for each).
std::vector<CaptionedImage> merged(std::vector<CaptionedImage> images, std::size_t& listedAgain)
{
    std::map<std::pair<std::string, std::string>, std::size_t> places;
    std::vector<CaptionedImage> once;
    for (CaptionedImage& image : images) {
        const auto [place, isNew] = places.try_emplace({ image.split, image.filename }, once.size());
        if (isNew) {
            once.push_back(std::move(image));
            continue;
        }
        ++listedAgain;
        auto& captions = once[place->second].captions;
        for (std::string& caption : image.captions)
            if (std::ranges::find(captions, caption) == captions.end())
                captions.push_back(std::move(caption));
    }
    return once;
}

char firstCharacter(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    char c = 0;
    stream >> c;
    return c;
}

} // namespace

std::vector<CaptionedImage> readCaptionFile(const std::filesystem::path& file)
{
    const char first = firstCharacter(file);
    const bool isJson = first == '{' || first == '[';
    std::size_t listedAgain = 0;
    auto images
        = merged(isJson ? readingJson(file, "a file of captions that can be read (Karpathy's, COCO's, BLIP's)", anyFrom)
                        : linesFrom(readTextFile(file), file),
            listedAgain);
    const std::size_t silent = std::erase_if(images, [](const auto& image) { return image.captions.empty(); });
    if (images.empty())
        throw Error(ErrorKind::UnreadableInput, fmt::format("{} has no photograph with a sentence.", file.string()));
    if (silent > 0)
        spdlog::warn("{}: {} photographs without a sentence are left out.", file.string(), silent);
    if (listedAgain > 0 && first == '{')
        spdlog::warn("{}: {} photographs that are listed twice count once, with all their sentences.", file.string(),
            listedAgain);
    return images;
}

} // namespace wordsight::dataset
