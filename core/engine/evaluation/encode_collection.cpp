#include "core/engine/evaluation/encode_collection.h"

#include <algorithm>
#include <future>
#include <numeric>

#include "core/base/error.h"
#include "core/base/progress_meter.h"
#include "core/dataset/caption_file.h"
#include "core/image/decode.h"
#include "core/image/transform.h"

namespace wordsight::engine {

namespace {

using dataset::CaptionedImage;
using model::ImageEncoding;
using model::TextEncoding;

constexpr std::size_t imagesPerBatch = 32;
constexpr std::size_t captionsPerBatch = 128;

std::vector<image::Image> decodeBatch(const std::vector<CaptionedImage>& images, std::size_t begin,
    const std::filesystem::path& folder, const model::PhotoInput& input)
{
    std::vector<image::Image> decoded;
    for (std::size_t i = begin; i < std::min(begin + imagesPerBatch, images.size()); ++i)
        decoded.push_back(
            image::stretch(image::decodeFile(dataset::imageFile(folder, images[i]), { .minSide = input.side }),
                input.side, input.side, input.resampling));
    return decoded;
}

std::vector<RegionFeatures> readBatch(const Collection& collection, std::size_t begin)
{
    std::vector<RegionFeatures> regions;
    for (std::size_t i = begin; i < std::min(begin + imagesPerBatch, collection.images.size()); ++i) {
        const CaptionedImage& image = collection.images[i];
        regions.push_back(collection.features->of(
            image, collection.folder.empty() ? std::filesystem::path() : dataset::imageFile(collection.folder, image)));
    }
    return regions;
}

/// The next batch is read while this one is encoded. read(begin) → items, encode(items) → encodings.
template <class Read, class Encode>
std::vector<ImageEncoding> encodeInBatches(std::size_t count, const JobControl& job, Read read, Encode encode)
{
    ProgressMeter meter(job, static_cast<std::int64_t>(count));
    const auto readFrom = [&](std::size_t begin) { return std::async(std::launch::async, read, begin); };
    std::vector<ImageEncoding> encodings;
    for (auto next = readFrom(0); encodings.size() < count;
         meter.advanceOrThrow("Encoding photographs", encodings.size())) {
        const auto batch = next.get();
        next = readFrom(encodings.size() + batch.size());
        std::ranges::move(encode(batch), std::back_inserter(encodings));
    }
    return encodings;
}

std::vector<CaptionedImage> sentencesOf(const EvaluationInput& input, const dataset::RegionSource* features)
{
    if (!input.dataset.empty())
        return dataset::readCaptionFile(input.dataset);
    std::vector<CaptionedImage> images = features ? features->captioned() : std::vector<CaptionedImage>();
    if (images.empty())
        throw Error(ErrorKind::Usage, "There are no sentences to evaluate with.", Hint::NameDataset);
    return images;
}

} // namespace

Collection readCollection(const EvaluationInput& input, const JobControl& job)
{
    Collection collection { {}, input.images, {}, {}, {} };
    if (!input.features.empty())
        collection.features.emplace(dataset::openRegions(input.features, job));
    else if (input.images.empty())
        throw Error(ErrorKind::Usage, "There are no photographs to evaluate.", Hint::NamePhotographs);
    const dataset::RegionSource* source = collection.features ? &collection.features->source() : nullptr;
    collection.images = dataset::ofSplit(sentencesOf(input, source), input.split);
    for (std::size_t i = 0; i < collection.images.size(); ++i) {
        const std::vector<std::string>& captions = collection.images[i].captions;
        collection.captions.insert(collection.captions.end(), captions.begin(), captions.end());
        collection.owner.insert(collection.owner.end(), captions.size(), i);
    }
    return collection;
}

std::vector<ImageEncoding> encodeImages(
    model::ImageTextModel& model, const Collection& collection, const JobControl& job)
{
    requireFit(model.info(), collection.features ? &collection.features->source() : nullptr);
    const std::size_t count = collection.images.size();
    if (collection.features)
        return encodeInBatches(
            count, job, [&](std::size_t begin) { return readBatch(collection, begin); },
            [&](const std::vector<RegionFeatures>& batch) { return model.encodeFeatures(batch); });
    return encodeInBatches(
        count, job,
        [&](std::size_t begin) {
            return decodeBatch(collection.images, begin, collection.folder, model.info().photographs.value());
        },
        [&](const std::vector<image::Image>& batch) { return model.encodeImages(batch); });
}

/// Sentences of like length go together: the encoder fills up a batch to its longest.
std::vector<TextEncoding> encodeCaptions(
    model::ImageTextModel& model, std::span<const std::string> captions, const JobControl& job)
{
    ProgressMeter meter(job, captions.size());
    std::vector<std::size_t> order(captions.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::ranges::stable_sort(order, {}, [&](std::size_t c) { return captions[c].size(); });
    std::vector<TextEncoding> encodings(captions.size());
    for (std::size_t begin = 0; begin < order.size();) {
        const std::size_t end = std::min(begin + captionsPerBatch, order.size());
        std::vector<std::string> batch;
        for (std::size_t i = begin; i < end; ++i)
            batch.push_back(captions[order[i]]);
        for (TextEncoding& encoding : model.encodeTexts(batch))
            encodings[order[begin++]] = std::move(encoding);
        meter.advanceOrThrow("Encoding sentences", end);
    }
    return encodings;
}

} // namespace wordsight::engine
