#include <algorithm>
#include <cstring>
#include <filesystem>
#include <numeric>

#include "core/base/progress_meter.h"
#include "core/nn/formats/safetensors.h"
#include "core/nn/formats/tensor_values.h"
#include "core/nn/shared/normalise.h"
#include "core/train/shared/feature_source.h"
#include "core/train/shared/open_backbones.h"
#include "core/train/shared/row_cache.h"

namespace wordsight::train {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kCaptionsPerFill = 1024;

class CachedFeatures : public FeatureSource {
public:
    CachedFeatures(const FeatureRequest& request, const std::vector<dataset::CaptionedImage>& images,
        torch::Device device, const JobControl& job)
        : m_request(request)
        , m_images(images)
        , m_device(device)
        , m_job(job)
        , m_folder(cacheFolder(request, images, "features"))
    {
        openTexts();
        if (!request.source) // else only the sentences are asked for
            openRegions();
        m_backbones.reset();
    }

    torch::Tensor regions(std::span<const std::int64_t> images, std::span<const std::int64_t> views) override
    {
        return gatherRows(m_regions, images, views).to(m_device).to(torch::kFloat);
    }

    TextFeatures texts(std::span<const std::int64_t> captions) override
    {
        const auto* offsets = m_offsets.data_ptr<std::int64_t>();
        std::int64_t longest = 1;
        for (const auto c : captions)
            longest = std::max(longest, offsets[c + 1] - offsets[c]);
        const auto count = std::int64_t(captions.size());
        auto words = torch::zeros({ count, longest, m_words.size(1) }, torch::kHalf);
        auto mask = torch::zeros({ count, longest }, torch::kBool);
        for (std::int64_t b = 0; b < count; ++b) {
            const auto length = offsets[captions[b] + 1] - offsets[captions[b]];
            words[b].narrow(0, 0, length).copy_(m_words.narrow(0, offsets[captions[b]], length));
            mask[b].narrow(0, 0, length).fill_(true);
        }
        const auto rows = torch::tensor(std::vector<std::int64_t>(captions.begin(), captions.end()));
        const auto sentences = m_sentences.index_select(0, rows);
        return { words.to(m_device).to(torch::kFloat), mask.to(m_device), sentences.to(m_device).to(torch::kFloat) };
    }

    Described describe(std::span<const std::string> sentences) override
    {
        return train::describe(backbones(), sentences);
    }

    std::vector<TextSpan> wordSpans(std::int64_t caption) const override
    {
        const auto* offsets = m_offsets.data_ptr<std::int64_t>();
        const auto* spans = m_spans.data_ptr<std::int64_t>();
        std::vector<TextSpan> out;
        for (auto w = offsets[caption]; w < offsets[caption + 1]; ++w)
            out.push_back({ std::size_t(spans[2 * w]), std::size_t(spans[2 * w + 1]) });
        return out;
    }

    const std::vector<Box>& boxes() const override { return m_boxes; }

private:
    nn::Backbones& backbones()
    {
        if (!m_backbones)
            m_backbones
                = std::make_unique<nn::Backbones>(openBackbones(m_request.features, m_request.weights, m_device));
        return *m_backbones;
    }

    void openTexts()
    {
        const auto file = m_folder / "texts.safetensors";
        fillOnce(file, [this](const fs::path& partial) { encodeTexts(partial); });
        auto tensors = nn::readSafetensors(file);
        m_words = tensors.at("words");
        m_sentences = tensors.at("sentences");
        m_offsets = tensors.at("offsets");
        m_spans = tensors.at("spans");
        const auto boxes = tensors.at("boxes");
        for (std::int64_t r = 0; r < boxes.size(0); ++r) {
            const auto* box = boxes.data_ptr<float>() + 4 * r;
            m_boxes.push_back({ box[0], box[1], box[2], box[3] });
        }
    }

    void encodeTexts(const fs::path& file)
    {
        std::vector<std::string> captions;
        for (const auto& image : m_images)
            captions.insert(captions.end(), image.captions.begin(), image.captions.end());
        std::vector<torch::Tensor> words, sentences;
        std::vector<std::int64_t> offsets { 0 }, spans;
        ProgressMeter meter(m_job, std::int64_t(captions.size()));
        for (std::size_t begin = 0; begin < captions.size(); begin += kCaptionsPerFill) {
            const auto some = std::span(captions).subspan(begin, std::min(kCaptionsPerFill, captions.size() - begin));
            const auto features = backbones().wordFeatures(some);
            words.push_back(features.words.index({ features.mask }).to(torch::kCPU, torch::kHalf));
            sentences.push_back(features.sentence.to(torch::kCPU, torch::kHalf));
            for (const auto& tokens : features.tokens) {
                offsets.push_back(offsets.back() + std::int64_t(tokens.words.size()));
                for (const auto& word : tokens.words)
                    spans.insert(spans.end(), { std::int64_t(word.span.begin), std::int64_t(word.span.end) });
            }
            meter.advanceOrThrow("Encoding captions", std::int64_t(begin + some.size()));
        }
        const auto boxes = nn::tensorOf(regionsOf(m_request, backbones().boxes()));
        nn::writeSafetensors(file,
            { { "words", torch::cat(words) }, { "sentences", torch::cat(sentences) },
                { "offsets", torch::tensor(offsets) }, { "spans", torch::tensor(spans).view({ -1, 2 }) },
                { "boxes", boxes } });
    }

    void openRegions()
    {
        const auto width = std::accumulate(m_request.groups.begin(), m_request.groups.end(), std::int64_t(0));
        m_regions = cachedViews(
            m_request, m_images, m_folder, "regions", { std::int64_t(m_boxes.size()), width },
            [this](std::span<const image::Image> photographs) {
                return prepareRegions(m_request, backbones().regionFeatures(photographs));
            },
            m_job);
    }

    const FeatureRequest m_request;
    const std::vector<dataset::CaptionedImage>& m_images;
    torch::Device m_device;
    const JobControl& m_job;
    fs::path m_folder;
    std::unique_ptr<nn::Backbones> m_backbones;
    std::vector<torch::Tensor> m_regions; ///< by view
    torch::Tensor m_words, m_sentences, m_offsets, m_spans;
    std::vector<Box> m_boxes;
};

} // namespace

torch::Tensor prepareRegions(const FeatureRequest& request, const torch::Tensor& raw)
{
    const auto regions = nn::normaliseGroups(raw, request.groups, request.norm, request.scale);
    return request.averaged ? regions.mean(1, true) : regions;
}

Described describe(nn::Backbones& backbones, std::span<const std::string> sentences)
{
    const auto features = backbones.wordFeatures(sentences);
    Described out { { features.words, features.mask, features.sentence }, {} };
    for (const auto& tokens : features.tokens) {
        auto& spans = out.spans.emplace_back();
        for (const auto& word : tokens.words)
            spans.push_back(word.span);
    }
    return out;
}

std::vector<Box> regionsOf(const FeatureRequest& request, const std::vector<Box>& grid)
{
    return request.averaged ? std::vector<Box> { { 0, 0, 1, 1 } } : grid;
}

std::unique_ptr<FeatureSource> cachedFeatures(const FeatureRequest& request,
    const std::vector<dataset::CaptionedImage>& images, torch::Device device, const JobControl& job)
{
    return std::make_unique<CachedFeatures>(request, images, device, job);
}

} // namespace wordsight::train
