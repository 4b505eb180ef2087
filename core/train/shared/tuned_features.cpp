#include "core/nn/backbones/backbones.h"
#include "core/nn/backbones/efficientnet_lite.h"
#include "core/train/shared/feature_source.h"
#include "core/train/shared/open_backbones.h"
#include "core/train/shared/row_cache.h"

namespace wordsight::train {

namespace {

/// The maps below the layers that are trained come from a cache; all above is computed as it is asked for.
class TunedFeatures : public FeatureSource {
public:
    TunedFeatures(const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images,
        torch::Device device, const JobControl& job)
        : m_request(request)
        , m_images(images)
        , m_backbones(openBackbones(request.features, request.weights, device))
        , m_boxes(regionsOf(request, m_backbones.boxes()))
    {
        for (const auto& image : images)
            m_captions.insert(m_captions.end(), image.captions.begin(), image.captions.end());
        const auto folder = cacheFolder(request, images, "stride 16");
        const std::int64_t side = request.features.inputSide / 16;
        m_maps = cachedViews(
            m_request, m_images, folder, "maps", { side, side, nn::EfficientNetLite2Impl::kStride16Channels },
            [this](std::span<const image::Image> photographs) {
                return m_backbones.stride16Maps(photographs).permute({ 0, 2, 3, 1 });
            },
            job);
        m_backbones.setTrainable(request.tuning.image, request.tuning.textLayers);
    }

    torch::Tensor regions(std::span<const std::int64_t> images, std::span<const std::int64_t> views) override
    {
        const auto rows = gatherRows(m_maps, images, views).to(m_backbones.device()).to(torch::kFloat);
        return prepareRegions(m_request, m_backbones.regionFeaturesAbove(rows.permute({ 0, 3, 1, 2 })));
    }

    TextFeatures texts(std::span<const std::int64_t> captions) override
    {
        std::vector<std::string> sentences;
        for (const auto c : captions)
            sentences.push_back(m_captions[c]);
        return describe(sentences).features;
    }

    Described describe(std::span<const std::string> sentences) override
    {
        return train::describe(m_backbones, sentences);
    }

    std::vector<TextSpan> wordSpans(std::int64_t caption) const override
    {
        std::vector<TextSpan> spans;
        for (const auto& word : m_backbones.tokenizer().tokenize(m_captions[caption]).words)
            if (!word.punctuation)
                spans.push_back(word.span);
        return spans;
    }

    const std::vector<Box>& boxes() const override { return m_boxes; }
    std::map<std::string, std::shared_ptr<torch::nn::Module>> trainable() const override
    {
        return m_backbones.modules();
    }

private:
    const FeatureRequest m_request;
    const std::vector<dataset::CaptionedImage>& m_images;
    nn::Backbones m_backbones;
    std::vector<Box> m_boxes;
    std::vector<std::string> m_captions;
    std::vector<torch::Tensor> m_maps; ///< [images, side/16, side/16, 120] by view
};

} // namespace

std::unique_ptr<FeatureSource> tunedFeatures(const FeatureRequest& request,
    const std::vector<dataset::CaptionedImage>& images, torch::Device device, const JobControl& job)
{
    return std::make_unique<TunedFeatures>(request, images, device, job);
}

} // namespace wordsight::train
