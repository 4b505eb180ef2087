#include "core/dataset/captions.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"

namespace wordsight::dataset {

using nlohmann::json;

namespace {

constexpr std::size_t kLargestDataSet = std::size_t { 2 } << 30;

CaptionedImage imageFrom(const json& entry, std::size_t place)
{
    const std::filesystem::path folder = entry.value("filepath", "");
    CaptionedImage image { (folder / entry.at("filename").get<std::string>()).string(), entry.at("split"), {}, {},
        entry.value("width", 0), entry.value("height", 0) };
    image.ids.push_back(std::to_string(entry.value("cocoid", static_cast<std::int64_t>(place))));
    if (image.split == "restval")
        image.split = "train";
    for (const json& sentence : entry.at("sentences"))
        image.captions.push_back(sentence.at("raw"));
    return image;
}

} // namespace

std::vector<CaptionedImage> readKarpathy(const std::filesystem::path& file)
{
    try {
        const json document = readJsonFile(file, { .bytes = kLargestDataSet });
        std::vector<CaptionedImage> images;
        for (const json& entry : document.at("images"))
            images.push_back(imageFrom(entry, images.size()));
        return images;
    } catch (const json::exception& problem) {
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{} is not a Karpathy split file: {}.", file.string(), plainReason(problem)));
    }
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
