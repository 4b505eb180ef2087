#include <algorithm>

#include "core/image/decode.h"
#include "core/model/internal/frozen_features.h"
#include "core/model/internal/teran_layers.h"
#include "core/train/internal/backbones.h"
#include "core/train/internal/feature_source.h"

namespace wordsight::train {

namespace {

class LiveFeatures : public FeatureSource {
public:
    LiveFeatures(const TrainingConfig& config, const std::vector<dataset::CaptionedImage>& images, torch::Device device)
        : m_config(config), m_images(images), m_backbones(openBackbones(config, device)), m_boxes(m_backbones.boxes())
    {
        m_backbones.setTrainable(true);
        for (const auto& image : images)
            m_captions.insert(m_captions.end(), image.captions.begin(), image.captions.end());
    }

    torch::Tensor regions(std::span<const std::int64_t> images, const std::vector<bool>&) override
    {
        std::vector<image::Image> photographs;
        for (const auto i : images)
            photographs.push_back(image::decodeFile(dataset::imageFile(m_config.located.images, m_images[i])));
        const auto& o = m_config.network;
        return model::normaliseGroups(m_backbones.regionFeatures(photographs), o.regionGroups, o.image.inputNorm, o.image.inputScale);
    }

    TextFeatures texts(std::span<const std::int64_t> captions) override
    {
        std::vector<std::string> sentences;
        for (const auto c : captions)
            sentences.push_back(m_captions[c]);
        auto features = m_backbones.wordFeatures(sentences);
        return {features.words, features.mask, features.sentence};
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
    std::map<std::string, std::shared_ptr<torch::nn::Module>> trainable() const override { return m_backbones.modules(); }

private:
    const TrainingConfig& m_config;
    const std::vector<dataset::CaptionedImage>& m_images;
    model::FrozenBackbones m_backbones;
    std::vector<Box> m_boxes;
    std::vector<std::string> m_captions;
};

} // namespace

std::unique_ptr<FeatureSource> liveFeatures(const TrainingConfig& config, const std::vector<dataset::CaptionedImage>& images, torch::Device device)
{
    return std::make_unique<LiveFeatures>(config, images, device);
}

} // namespace wordsight::train
