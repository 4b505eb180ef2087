#include "core/engine/photograph_features.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/metadata.h"

namespace wordsight::engine {

void requireFit(const model::ModelInfo& info, const dataset::RegionSource* features)
{
    if (features == nullptr) {
        if (!info.photographs)
            throw Error(ErrorKind::Usage,
                fmt::format("The model {} takes regions that another program has found and described, not photographs.",
                    info.name),
                Hint::NameFeatures);
        return;
    }
    if (!info.featureDimension)
        throw Error(ErrorKind::Usage,
            fmt::format("The model {} encodes photographs itself; it takes no features.", info.name),
            Hint::LeaveOutFeatures);
    if (*info.featureDimension != features->dimension())
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("The model {} takes {} features per region; {} ({}) has {}.", info.name, *info.featureDimension,
                features->path().string(), features->layout(), features->dimension()));
}

PhotographFeatures::PhotographFeatures(
    std::shared_ptr<const dataset::RegionSource> source, const std::vector<dataset::CaptionedImage>& images)
    : m_source(std::move(source))
{
    for (const dataset::CaptionedImage& image : images)
        m_images.emplace(std::filesystem::path(image.filename).filename().string(), image);
}

RegionFeatures PhotographFeatures::of(const std::filesystem::path& file) const
{
    const auto known = m_images.find(file.filename().string());
    return of(
        known != m_images.end() ? known->second : dataset::CaptionedImage { file.filename().string(), {}, {} }, file);
}

RegionFeatures PhotographFeatures::of(const dataset::CaptionedImage& image, const std::filesystem::path& file) const
{
    const auto size = [&]() -> std::optional<std::pair<int, int>> {
        if (image.width > 0 && image.height > 0)
            return std::pair(image.width, image.height);
        if (file.empty())
            return std::nullopt;
        return image::uprightSize(readFile(file));
    };
    auto regions = m_source->find({ image.filename, image.ids, size });
    if (!regions)
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{} ({}) has no features of the photograph {}.", m_source->path().string(), m_source->layout(),
                image.filename));
    return std::move(*regions);
}

} // namespace wordsight::engine
