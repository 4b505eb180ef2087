#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace wordsight::engine {

/// A model that others publish and that can be imported here, with what helps to choose it (resources/models.json).
struct CuratedModel {
    std::string name;           ///< what it is called here
    std::string repository;     ///< OWNER/NAME
    std::string goodAt;         ///< a sentence
    std::string languages;      ///< that it reads
    std::string licence;        ///< in plain words
    std::int64_t megabytes = 0; ///< to fetch, about; the hub is asked for the number before
    double gigaflops = 0;       ///< of a photograph with a sentence: how long indexing takes
    int regions = 0;            ///< of a photograph: how fine heatmaps are
    /// R@1 on COCO in percent, as published.
    double textToImage = 0, imageToText = 0;
    std::string figuresFrom;
};

/// Throws Error{UnreadableInput} naming the file and what in it is wrong.
std::vector<CuratedModel> readCuratedModels(const std::filesystem::path& list);

} // namespace wordsight::engine
