#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/progress_meter.h"
#include "core/image/decode.h"
#include "core/model/internal/safetensors.h"
#include "core/model/internal/teran_layers.h"
#include "core/train/internal/backbones.h"
#include "core/train/internal/feature_source.h"

namespace wordsight::train {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kImagesAtOnce = 32;
constexpr std::size_t kCaptionsAtOnce = 1024;

std::string cacheKey(const TrainingConfig& config, const std::vector<dataset::CaptionedImage>& images)
{
    const auto pinned = model::configOfPinnedBackbones();
    nlohmann::json key {
        {"format", 1},
        {"backbones", {pinned.imageBackbone.sha256, pinned.textBackbone.sha256, pinned.vocabulary.sha256}},
        {"inputSide", config.features.inputSide},
        {"taps", config.features.taps},
        {"words", config.features.words},
        {"groups", config.network.regionGroups},
        {"norm", config.network.image.inputNorm},
        {"scale", config.network.image.inputScale},
        {"images", config.located.images},
    };
    for (const auto& image : images)
        key["data"].push_back({image.filename, image.captions});
    const auto text = key.dump();
    return contentHash(std::as_bytes(std::span(text))).substr(0, 16);
}

void mirror(image::Image& image)
{
    for (int y = 0; y < image.height; ++y) {
        auto* row = image.rgb.data() + std::size_t(y) * image.width * 3;
        for (int left = 0, right = image.width - 1; left < right; ++left, --right)
            std::swap_ranges(row + left * 3, row + left * 3 + 3, row + right * 3);
    }
}

class CachedFeatures : public FeatureSource {
public:
    CachedFeatures(const TrainingConfig& config, const std::vector<dataset::CaptionedImage>& images, torch::Device device,
                   const ProgressCallback& progress)
        : m_config(config), m_images(images), m_device(device), m_progress(progress),
          m_folder(fs::path(config.located.cache) / cacheKey(config, images))
    {
        std::error_code failed;
        fs::create_directories(m_folder, failed);
        if (failed)
            throw Error(ErrorKind::Io, fmt::format("The feature cache {} cannot be made: {}", m_folder.string(), failed.message()));
        openTexts();
        m_regions = openRegions(m_folder / "regions.f16", false);
        if (config.data.flips)
            m_mirrored = openRegions(m_folder / "mirrored.f16", true);
        m_backbones.reset();
    }

    torch::Tensor regions(std::span<const std::int64_t> images, const std::vector<bool>& mirrored) override
    {
        const auto rowBytes = m_regions[0].nbytes();
        auto out = torch::empty({std::int64_t(images.size()), m_regions.size(1), m_regions.size(2)}, torch::kHalf);
        for (std::size_t b = 0; b < images.size(); ++b) {
            const auto& from = mirrored.at(b) ? m_mirrored : m_regions;
            std::memcpy(static_cast<char*>(out.data_ptr()) + b * rowBytes, static_cast<const char*>(from.data_ptr()) + images[b] * rowBytes, rowBytes);
        }
        return out.to(m_device).to(torch::kFloat);
    }

    TextFeatures texts(std::span<const std::int64_t> captions) override
    {
        const auto* offsets = m_offsets.data_ptr<std::int64_t>();
        std::int64_t longest = 1;
        for (const auto c : captions)
            longest = std::max(longest, offsets[c + 1] - offsets[c]);
        const auto count = std::int64_t(captions.size());
        auto words = torch::zeros({count, longest, m_words.size(1)}, torch::kHalf);
        auto mask = torch::zeros({count, longest}, torch::kBool);
        for (std::int64_t b = 0; b < count; ++b) {
            const auto length = offsets[captions[b] + 1] - offsets[captions[b]];
            words[b].narrow(0, 0, length).copy_(m_words.narrow(0, offsets[captions[b]], length));
            mask[b].narrow(0, 0, length).fill_(true);
        }
        const auto rows = torch::tensor(std::vector<std::int64_t>(captions.begin(), captions.end()));
        const auto sentences = m_sentences.index_select(0, rows);
        return {words.to(m_device).to(torch::kFloat), mask.to(m_device), sentences.to(m_device).to(torch::kFloat)};
    }

    std::vector<TextSpan> wordSpans(std::int64_t caption) const override
    {
        const auto* offsets = m_offsets.data_ptr<std::int64_t>();
        const auto* spans = m_spans.data_ptr<std::int64_t>();
        std::vector<TextSpan> out;
        for (auto w = offsets[caption]; w < offsets[caption + 1]; ++w)
            out.push_back({std::size_t(spans[2 * w]), std::size_t(spans[2 * w + 1])});
        return out;
    }

    const std::vector<Box>& boxes() const override { return m_boxes; }

private:
    model::FrozenBackbones& backbones()
    {
        if (!m_backbones)
            m_backbones = std::make_unique<model::FrozenBackbones>(openBackbones(m_config, m_device));
        return *m_backbones;
    }

    void openTexts()
    {
        const auto file = m_folder / "texts.safetensors";
        if (!fs::exists(file))
            encodeTexts(file);
        auto tensors = model::readSafetensors(file);
        m_words = tensors.at("words");
        m_sentences = tensors.at("sentences");
        m_offsets = tensors.at("offsets");
        m_spans = tensors.at("spans");
        const auto boxes = tensors.at("boxes");
        for (std::int64_t r = 0; r < boxes.size(0); ++r) {
            const auto* box = boxes.data_ptr<float>() + 4 * r;
            m_boxes.push_back({box[0], box[1], box[2], box[3]});
        }
    }

    void encodeTexts(const fs::path& file)
    {
        std::vector<std::string> captions;
        for (const auto& image : m_images)
            captions.insert(captions.end(), image.captions.begin(), image.captions.end());
        std::vector<torch::Tensor> words, sentences;
        std::vector<std::int64_t> offsets {0}, spans;
        ProgressMeter meter(m_progress, std::int64_t(captions.size()));
        for (std::size_t begin = 0; begin < captions.size(); begin += kCaptionsAtOnce) {
            const auto some = std::span(captions).subspan(begin, std::min(kCaptionsAtOnce, captions.size() - begin));
            const auto features = backbones().wordFeatures(some);
            words.push_back(features.words.index({features.mask}).to(torch::kCPU, torch::kHalf));
            sentences.push_back(features.sentence.to(torch::kCPU, torch::kHalf));
            for (const auto& tokens : features.tokens) {
                offsets.push_back(offsets.back() + std::int64_t(tokens.words.size()));
                for (const auto& word : tokens.words)
                    spans.insert(spans.end(), {std::int64_t(word.span.begin), std::int64_t(word.span.end)});
            }
            meter.advanceOrThrow("Encoding captions", std::int64_t(begin + some.size()));
        }
        auto boxes = torch::empty({std::int64_t(backbones().boxes().size()), 4});
        static_assert(sizeof(Box) == 4 * sizeof(float));
        std::memcpy(boxes.data_ptr(), backbones().boxes().data(), boxes.nbytes());
        const auto partial = file.string() + ".part";
        model::writeSafetensors(partial, {{"words", torch::cat(words)}, {"sentences", torch::cat(sentences)},
                                          {"offsets", torch::tensor(offsets)}, {"spans", torch::tensor(spans).view({-1, 2})}, {"boxes", boxes}});
        fs::rename(partial, file);
    }

    torch::Tensor openRegions(const fs::path& file, bool mirrored)
    {
        std::int64_t width = 0;
        for (const auto group : m_config.network.regionGroups)
            width += group;
        const std::vector<std::int64_t> shape {std::int64_t(m_images.size()), std::int64_t(m_boxes.size()), width};
        if (!fs::exists(file))
            encodeRegions(file, mirrored, std::uintmax_t(shape[1] * shape[2] * 2));
        if (fs::file_size(file) != std::uintmax_t(shape[0] * shape[1] * shape[2] * 2))
            throw Error(ErrorKind::UnreadableInput, fmt::format("{} has the wrong size. Delete it: it will be computed again.", file.string()));
        return torch::from_file(file.string(), false, shape[0] * shape[1] * shape[2], torch::kHalf).view(shape);
    }

    // Rows are appended to a partial file, whose size says how many there are.
    void encodeRegions(const fs::path& file, bool mirrored, std::uintmax_t rowBytes)
    {
        const fs::path partial = file.string() + ".part";
        std::int64_t done = fs::exists(partial) ? std::int64_t(fs::file_size(partial) / rowBytes) : 0;
        if (done > 0)
            fs::resize_file(partial, done * rowBytes);
        std::ofstream out(partial, std::ios::binary | std::ios::app);
        const auto count = std::int64_t(m_images.size());
        const std::string stage = mirrored ? "Encoding mirrored photographs" : "Encoding photographs";
        ProgressMeter meter(m_progress, count, done);
        while (done < count) {
            std::vector<image::Image> batch;
            for (std::int64_t i = done; i < std::min(count, done + kImagesAtOnce); ++i) {
                batch.push_back(image::decodeFile(dataset::imageFile(m_config.located.images, m_images[i])));
                if (mirrored)
                    mirror(batch.back());
            }
            const auto& o = m_config.network;
            const auto rows = model::normaliseGroups(backbones().regionFeatures(batch), o.regionGroups, o.image.inputNorm, o.image.inputScale)
                                  .to(torch::kCPU, torch::kHalf).contiguous();
            out.write(static_cast<const char*>(rows.data_ptr()), std::streamsize(rows.nbytes()));
            if (!out.flush())
                throw Error(ErrorKind::Io, fmt::format("{} cannot be written. Is the disk full?", partial.string()));
            done += std::int64_t(batch.size());
            meter.advanceOrThrow(stage, done);
        }
        out.close();
        fs::rename(partial, file);
    }

    const TrainingConfig& m_config;
    const std::vector<dataset::CaptionedImage>& m_images;
    torch::Device m_device;
    const ProgressCallback& m_progress;
    fs::path m_folder;
    std::unique_ptr<model::FrozenBackbones> m_backbones;
    torch::Tensor m_regions, m_mirrored, m_words, m_sentences, m_offsets, m_spans;
    std::vector<Box> m_boxes;
};

} // namespace

std::unique_ptr<FeatureSource> cachedFeatures(const TrainingConfig& config, const std::vector<dataset::CaptionedImage>& images,
                                              torch::Device device, const ProgressCallback& progress)
{
    return std::make_unique<CachedFeatures>(config, images, device, progress);
}

} // namespace wordsight::train
