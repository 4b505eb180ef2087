#include "core/dataset/coco.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/dataset/category_names.h"

namespace wordsight::dataset {

namespace {

using nlohmann::json;

/// Outlines are nine tenths of a file of instances, and are left out while it is read.
json readLean(const std::filesystem::path& file)
{
    return readJsonFile(file, { .bytes = std::size_t { 2 } << 30, .leaveOut = "segmentation" });
}

template <class Read> auto reading(const std::filesystem::path& file, const char* kind, Read read)
{
    try {
        return read(readLean(file));
    } catch (const json::exception& problem) {
        throw Error(
            ErrorKind::UnreadableInput, fmt::format("{} is not {}: {}.", file.string(), kind, plainReason(problem)));
    }
}

std::vector<CaptionedImage> captionsFrom(const json& document)
{
    std::map<std::int64_t, std::vector<std::string>> captions;
    for (const json& annotation : document.at("annotations"))
        captions[annotation.at("image_id")].push_back(annotation.at("caption"));
    std::vector<CaptionedImage> images;
    for (const json& entry : document.at("images"))
        if (auto found = captions.find(entry.at("id")); found != captions.end()) {
            CaptionedImage& image = images.emplace_back();
            image.filename = entry.at("file_name");
            image.captions = std::move(found->second);
        }
    return images;
}

struct PhotoOfCoco {
    std::string filename;
    float width = 0;
    float height = 0;
};

Box boxFrom(const json& pixels, const PhotoOfCoco& photo)
{
    const auto at = [&](std::size_t i, float size) { return std::clamp(pixels.at(i).get<float>() / size, 0.0f, 1.0f); };
    const float x = at(0, photo.width), y = at(1, photo.height);
    return { x, y, std::min(at(2, photo.width), 1 - x), std::min(at(3, photo.height), 1 - y) };
}

} // namespace

std::vector<CaptionedImage> readCocoCaptions(const std::filesystem::path& file)
{
    return reading(file, "a caption file of COCO", captionsFrom);
}

std::vector<CaptionedImage> readCaptionFile(const std::filesystem::path& file)
{
    // In a split file sentences stand in every image's entry, in COCO's a million bytes later if at all.
    std::string beginning(16384, ' ');
    std::ifstream(file, std::ios::binary).read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    return beginning.find("\"sentences\"") == std::string::npos && beginning.find("\"images\"") != std::string::npos
        ? readCocoCaptions(file)
        : readKarpathy(file);
}

CocoInstances::CocoInstances(const std::filesystem::path& file)
{
    reading(file, "a file of COCO's instances", [this](const json& document) {
        std::map<std::int64_t, std::string> categories;
        for (const json& category : document.at("categories")) {
            categories[category.at("id")] = category.at("name");
            m_supercategory[category.at("name")] = category.at("supercategory");
        }
        std::map<std::int64_t, PhotoOfCoco> photos;
        for (const json& image : document.at("images"))
            photos[image.at("id")] = { image.at("file_name"), image.at("width"), image.at("height") };
        for (const json& annotation : document.at("annotations")) {
            const PhotoOfCoco& photo = photos[annotation.at("image_id")];
            const Box box = photo.width > 0 && photo.height > 0 ? boxFrom(annotation.at("bbox"), photo) : Box();
            if (box.w > 0 && box.h > 0)
                m_images[photo.filename][categories[annotation.at("category_id")]].push_back(box);
        }
        return true;
    });
}

std::vector<BoxedPhrase> CocoInstances::phrases(const CaptionedImage& image) const
{
    std::vector<BoxedPhrase> phrases;
    const auto boxes = m_images.find(std::filesystem::path(image.filename).filename().string());
    if (boxes == m_images.end())
        return phrases;
    for (std::size_t c = 0; c < image.captions.size(); ++c)
        for (const CategoryMention& mention : cocoNames().in(image.captions[c]))
            if (const auto found = boxes->second.find(mention.category); found != boxes->second.end())
                phrases.push_back({ c, mention.span, m_supercategory.at(mention.category), found->second });
    return phrases;
}

} // namespace wordsight::dataset
