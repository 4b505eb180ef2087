#include "core/dataset/coco.h"

#include <algorithm>
#include <cmath>

#include <spdlog/spdlog.h>

#include "core/dataset/category_names.h"
#include "core/dataset/json_parts.h"

namespace wordsight::dataset {

namespace {

using nlohmann::json;

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

/// By its name alone: the folders of a file's names are those of whoever wrote it.
std::string bareName(const std::string& filename)
{
    return std::filesystem::path(filename).filename().string();
}

} // namespace

CocoInstances::CocoInstances(const std::filesystem::path& file)
{
    readingJson(file, "a file of COCO's instances", [&](const json& document) {
        std::map<std::string, std::string> categories;
        for (const json& category : document.at("categories")) {
            const std::string& name = categories[idOf(category.at("id"))] = category.at("name");
            m_supercategory[name] = category.value("supercategory", name);
        }
        std::map<std::string, PhotoOfCoco> photos;
        for (const json& image : document.at("images"))
            photos[idOf(image.at("id"))] = { bareName(image.at("file_name")), image.at("width"), image.at("height") };
        std::size_t strays = 0;
        for (const json& annotation : document.at("annotations")) {
            const auto photo = photos.find(idOf(annotation.at("image_id")));
            const auto category = categories.find(idOf(annotation.at("category_id")));
            if (photo == photos.end() || category == categories.end()) {
                ++strays;
                continue;
            }
            const bool sized = photo->second.width > 0 && photo->second.height > 0 && std::isfinite(photo->second.width)
                && std::isfinite(photo->second.height);
            const Box box = sized ? boxFrom(annotation.at("bbox"), photo->second) : Box();
            if (box.w > 0 && box.h > 0)
                m_images[photo->second.filename][category->second].push_back(box);
        }
        if (strays > 0)
            spdlog::warn(
                "{}: {} boxes of photographs or categories that it does not list are left out.", file.string(), strays);
        return true;
    });
}

std::vector<BoxedPhrase> CocoInstances::phrases(const CaptionedImage& image) const
{
    std::vector<BoxedPhrase> phrases;
    const auto boxes = m_images.find(bareName(image.filename));
    if (boxes == m_images.end())
        return phrases;
    for (std::size_t c = 0; c < image.captions.size(); ++c)
        for (const CategoryMention& mention : cocoNames().in(image.captions[c]))
            if (const auto found = boxes->second.find(mention.category); found != boxes->second.end())
                phrases.push_back({ c, mention.span, m_supercategory.at(mention.category), found->second });
    return phrases;
}

} // namespace wordsight::dataset
