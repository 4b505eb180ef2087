#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/metadata.h"
#include "core/nn/shared/padded_regions.h"
#include "core/train/shared/feature_source.h"

namespace wordsight::train {

namespace {

/// A batch is decoded from disk when it is asked for: features of a whole data set need not fit into memory, nor a
/// second time on disk.
class PrecomputedFeatures final : public FeatureSource {
public:
    PrecomputedFeatures(const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images,
        torch::Device device, const JobControl& job)
        : m_request(request)
        , m_images(images)
        , m_device(device)
        , m_texts(cachedFeatures(request, images, device, job))
    {
    }

    torch::Tensor regions(std::span<const std::int64_t> images, std::span<const std::int64_t>) override
    {
        load(images);
        return prepareRegions(m_request, m_batch.features.to(m_device));
    }

    PerPhotoRegions perPhotoRegions(std::span<const std::int64_t> images) override
    {
        load(images);
        return { m_batch.boxes.defined() ? m_batch.boxes.to(m_device) : torch::Tensor(), m_batch.mask.to(m_device) };
    }

    std::vector<Box> boxesOf(std::int64_t image) const override { return read(image).boxes; }
    TextFeatures texts(std::span<const std::int64_t> captions) override { return m_texts->texts(captions); }
    Described describe(std::span<const std::string> sentences) override { return m_texts->describe(sentences); }
    std::vector<TextSpan> wordSpans(std::int64_t caption) const override { return m_texts->wordSpans(caption); }
    const std::vector<Box>& boxes() const override { return m_none; }

private:
    RegionFeatures read(std::int64_t image) const
    {
        const auto& named = m_images.at(std::size_t(image));
        const auto size = [&]() -> std::optional<std::pair<int, int>> {
            if (named.width > 0 && named.height > 0)
                return std::pair(named.width, named.height);
            if (m_request.images.empty())
                return std::nullopt;
            return image::uprightSize(readFile(dataset::imageFile(m_request.images, named)));
        };
        auto found = m_request.source->find({ named.filename, named.ids, size });
        if (!found)
            throw Error(ErrorKind::UnreadableInput,
                fmt::format(
                    "{} has no features of the photograph {}.", m_request.source->path().string(), named.filename));
        return std::move(*found);
    }

    /// Features and boxes of a batch are asked for one after the other, and decoded once.
    void load(std::span<const std::int64_t> images)
    {
        if (std::ranges::equal(images, m_loaded))
            return;
        std::vector<RegionFeatures> photographs;
        for (const auto image : images)
            photographs.push_back(read(image));
        m_batch = nn::paddedRegions(
            photographs, std::int64_t(m_request.source->dimension()), m_request.source->hasBoxes(), "that is trained");
        m_loaded.assign(images.begin(), images.end());
    }

    const FeatureRequest m_request;
    const std::vector<dataset::CaptionedImage>& m_images;
    torch::Device m_device;
    std::unique_ptr<FeatureSource> m_texts;
    std::vector<std::int64_t> m_loaded;
    nn::PaddedRegions m_batch;
    const std::vector<Box> m_none;
};

} // namespace

std::unique_ptr<FeatureSource> precomputedFeatures(const FeatureRequest& request,
    const std::vector<dataset::CaptionedImage>& images, torch::Device device, const JobControl& job)
{
    return std::make_unique<PrecomputedFeatures>(request, images, device, job);
}

} // namespace wordsight::train
