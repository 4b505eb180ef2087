#include "core/dataset/captions.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/error.h"
#include "core/dataset/json_parts.h"

namespace wordsight::dataset {

using nlohmann::json;

namespace {

std::string sentenceFrom(const json& entry)
{
    if (entry.contains("raw"))
        return entry.at("raw");
    return fmt::format("{}", fmt::join(entry.at("tokens").get<std::vector<std::string>>(), " "));
}

CaptionedImage imageFrom(const json& entry, std::size_t place)
{
    const std::filesystem::path folder = entry.value("filepath", "");
    CaptionedImage image { (folder / entry.at("filename").get<std::string>()).string(), entry.at("split"), {}, {},
        entry.value("width", 0), entry.value("height", 0) };
    image.ids.push_back(entry.contains("cocoid") ? idOf(entry.at("cocoid")) : std::to_string(place));
    if (image.split == "restval")
        image.split = "train";
    for (const json& sentence : entry.at("sentences"))
        image.captions.push_back(sentenceFrom(sentence));
    return image;
}

} // namespace

std::vector<CaptionedImage> karpathyFrom(const json& document)
{
    std::vector<CaptionedImage> images;
    for (const json& entry : document.at("images"))
        images.push_back(imageFrom(entry, images.size()));
    return images;
}

std::vector<CaptionedImage> readKarpathy(const std::filesystem::path& file)
{
    return readingJson(file, "a Karpathy split file", karpathyFrom);
}

std::vector<CaptionedImage> ofSplit(const std::vector<CaptionedImage>& images, const std::string& split)
{
    std::vector<CaptionedImage> chosen;
    std::ranges::copy_if(images, std::back_inserter(chosen),
        [&](const auto& image) { return image.split == split || image.split.empty(); });
    if (chosen.empty()) {
        std::set<std::string> splits;
        for (const CaptionedImage& image : images)
            splits.insert(image.split);
        throw Error(ErrorKind::Usage,
            fmt::format("The data set has no split \"{}\". It has: {}.", split, fmt::join(splits, ", ")));
    }
    return chosen;
}

std::filesystem::path imageFile(const std::filesystem::path& folder, const CaptionedImage& image)
{
    const std::filesystem::path asNamed = folder / image.filename;
    return std::filesystem::exists(asNamed) ? asNamed : folder / std::filesystem::path(image.filename).filename();
}

} // namespace wordsight::dataset
