#include "core/engine/evaluation/encode_collection.h"

#include <algorithm>
#include <future>
#include <numeric>

#include "core/base/progress_meter.h"
#include "core/dataset/coco.h"
#include "core/image/decode.h"
#include "core/image/transform.h"

namespace wordsight::engine {

namespace {

using dataset::CaptionedImage;
using model::ImageEncoding;
using model::TextEncoding;

constexpr std::size_t imagesPerBatch = 32;
constexpr std::size_t captionsPerBatch = 128;

std::vector<image::Image> decodeBatch(
    const std::vector<CaptionedImage>& images, std::size_t begin, const std::filesystem::path& folder, const model::ModelInfo& info)
{
    std::vector<image::Image> decoded;
    for (std::size_t i = begin; i < std::min(begin + imagesPerBatch, images.size()); ++i)
        decoded.push_back(image::stretch(image::decodeFile(dataset::imageFile(folder, images[i]), { .minSide = info.inputSide }),
            info.inputSide, info.inputSide, info.resampling));
    return decoded;
}

} // namespace

Collection readCollection(const EvaluationInput& input)
{
    Collection collection { dataset::ofSplit(dataset::readCaptionFile(input.dataset), input.split), input.images, {}, {} };
    for (std::size_t i = 0; i < collection.images.size(); ++i) {
        const std::vector<std::string>& captions = collection.images[i].captions;
        collection.captions.insert(collection.captions.end(), captions.begin(), captions.end());
        collection.owner.insert(collection.owner.end(), captions.size(), i);
    }
    return collection;
}

/// The next batch is decoded while this one is encoded.
std::vector<ImageEncoding> encodeImages(model::ImageTextModel& model, const Collection& collection, const ProgressCallback& progress)
{
    const std::vector<CaptionedImage>& images = collection.images;
    ProgressMeter meter(progress, images.size());
    const auto decodeFrom = [&](std::size_t begin) {
        return std::async(std::launch::async, [&, begin] { return decodeBatch(images, begin, collection.folder, model.info()); });
    };
    std::vector<ImageEncoding> encodings;
    for (auto next = decodeFrom(0); encodings.size() < images.size(); meter.advanceOrThrow("Encoding photographs", encodings.size())) {
        const std::vector<image::Image> batch = next.get();
        next = decodeFrom(encodings.size() + batch.size());
        std::ranges::move(model.encodeImages(batch), std::back_inserter(encodings));
    }
    return encodings;
}

/// Sentences of like length go together: the encoder fills up a batch to its longest.
std::vector<TextEncoding> encodeCaptions(
    model::ImageTextModel& model, std::span<const std::string> captions, const ProgressCallback& progress)
{
    ProgressMeter meter(progress, captions.size());
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
