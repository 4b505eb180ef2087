#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace wordsight::dataset {

struct CaptionedImage {
    std::string filename; ///< below the folder of images; starts with the entry's "filepath" where it has one
    std::string split;    ///< "train", "val", "test" ("restval" reads as train)
    std::vector<std::string> captions; ///< usually five
    std::vector<std::string>
        ids {};    ///< what files of features may call it: COCO's number, else its place in the split file
    int width = 0; ///< of the photograph before any scaling, where the data set says; else 0
    int height = 0;
};

/// A Karpathy split file. Throws Error{UnreadableInput} with file and reason.
std::vector<CaptionedImage> readKarpathy(const std::filesystem::path& file);

/// The images of a split, and those of no split (COCO's own files have none), order kept. Throws Error{Usage} that
/// lists the splits there are, if empty.
std::vector<CaptionedImage> ofSplit(const std::vector<CaptionedImage>& images, const std::string& split);

/// The image's file below `folder`, whether the folder keeps the data set's own folders or is flat.
std::filesystem::path imageFile(const std::filesystem::path& folder, const CaptionedImage& image);

} // namespace wordsight::dataset
