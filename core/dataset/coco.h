#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/dataset/captions.h"
#include "core/dataset/entities.h"

namespace wordsight::dataset {

/// A captions_*.json of COCO: the photographs that have captions, in the file's order, with an empty split.
/// Throws Error{UnreadableInput}.
std::vector<CaptionedImage> readCocoCaptions(const std::filesystem::path& file);

/// A split file of Karpathy's, or the captions of COCO; which of them shows in the file.
std::vector<CaptionedImage> readCaptionFile(const std::filesystem::path& file);

/// The boxes of an instances_*.json of COCO. Those of crowds count as well; outlines are not read.
class CocoInstances {
public:
    /// Throws Error{UnreadableInput}.
    explicit CocoInstances(const std::filesystem::path& file);

    /// Where the image's captions name a category of which the photograph has boxes (see cocoNames()): the name's words
    /// with all boxes of the category there. The type is the category's supercategory ("person", "animal", ...).
    std::vector<BoxedPhrase> phrases(const CaptionedImage& image) const;

private:
    using BoxesOfCategory = std::map<std::string, std::vector<Box>>;
    std::map<std::string, BoxesOfCategory> m_images;    ///< by file name
    std::map<std::string, std::string> m_supercategory; ///< by category
};

} // namespace wordsight::dataset
