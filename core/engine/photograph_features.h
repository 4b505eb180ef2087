#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/data/region_features.h"
#include "core/dataset/captions.h"
#include "core/dataset/regions/region_source.h"
#include "core/model/image_text_model.h"

namespace wordsight::engine {

/// Throws Error{Usage} if the model takes features and there are none, or takes none and there are some;
/// Error{ModelMismatch} if they are of another width than it takes. `features` may be null.
void requireFit(const model::ModelInfo& info, const dataset::RegionSource* features);

/// Features found elsewhere, by photograph; a data set may tell what it calls its photographs and how large they were.
/// Copies share the source. Thread-safe.
class PhotographFeatures {
public:
    explicit PhotographFeatures(
        std::shared_ptr<const dataset::RegionSource> source, const std::vector<dataset::CaptionedImage>& images = {});
    const dataset::RegionSource& source() const { return *m_source; }

    /// Of the photograph at `file`. Throws Error{UnreadableInput} if there are none or they are damaged.
    RegionFeatures of(const std::filesystem::path& file) const;
    /// Of a data set's photograph; `file`, where it lies, may be empty unless boxes are in pixels and the data set says
    /// no size.
    RegionFeatures of(const dataset::CaptionedImage& image, const std::filesystem::path& file) const;

private:
    std::shared_ptr<const dataset::RegionSource> m_source;
    std::map<std::string, dataset::CaptionedImage> m_images; ///< by the file's name without folders
};

} // namespace wordsight::engine
