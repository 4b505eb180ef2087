#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace wordsight::dataset {

struct CaptionedImage {
    std::string filename;
    std::string split;                 ///< "train", "val", "test" ("restval" reads as train)
    std::vector<std::string> captions; ///< usually five
};

/// A Karpathy split file. Throws Error{UnreadableInput} with file and reason.
std::vector<CaptionedImage> readKarpathy(const std::filesystem::path& file);

/// The images of a split, order kept. Throws Error{Usage} that lists the splits there are, if empty.
std::vector<CaptionedImage> ofSplit(const std::vector<CaptionedImage>& images, const std::string& split);

} // namespace wordsight::dataset
