#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/dataset/captions.h"
#include "core/dataset/entities.h"

namespace wordsight::dataset {

/// The boxes of an instances_*.json of COCO. Those of crowds count as well; outlines are not read.
class CocoInstances {
public:
    /// Throws Error{UnreadableInput}.
    explicit CocoInstances(const std::filesystem::path& file);

    /// Where the image's captions name a category of which the photograph has boxes (see cocoNames()): the name's words
    /// with all boxes of the category there. The type is the category's supercategory ("person", "animal", ...),
    /// or its name where it has none. Photographs are known by their bare file names.
    std::vector<BoxedPhrase> phrases(const CaptionedImage& image) const;

private:
    using BoxesOfCategory = std::map<std::string, std::vector<Box>>;
    std::map<std::string, BoxesOfCategory> m_images;    ///< by file name
    std::map<std::string, std::string> m_supercategory; ///< by category
};

} // namespace wordsight::dataset
