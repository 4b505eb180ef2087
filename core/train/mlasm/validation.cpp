#include "core/train/mlasm/validation.h"

#include <algorithm>
#include <numeric>

#include "core/nn/formats/tensor_values.h"
#include "core/train/shared/figures.h"
#include "core/train/shared/ranges.h"

namespace wordsight::train {

namespace {

constexpr std::int64_t kImagesPerPairing
    = 32; ///< few, so that a sentence's affinities with all of them stay in the cache

std::vector<nn::MlasmImpl::TextOutput> encodeCaptions(
    nn::Mlasm& network, TrainingData& data, std::int64_t first, std::int64_t last)
{
    std::vector<nn::MlasmImpl::TextOutput> texts;
    for (auto c = first; c < last; c += kCaptionsPerValidationBatch) {
        const auto features = data.features().texts(range(c, std::min(last, c + kCaptionsPerValidationBatch)));
        texts.push_back(network->encodeTexts(features.words, features.mask));
    }
    return texts;
}

/// Attention [R, W] of the words of one sentence over one photograph.
torch::Tensor attentionOf(nn::Mlasm& network, const nn::MlasmImpl::ImageOutput& images, std::int64_t image,
    const nn::MlasmImpl::TextOutput& texts, std::int64_t text)
{
    const auto one = [](const torch::Tensor& rows, std::int64_t row) { return rows.narrow(0, row, 1); };
    return network
        ->scorePairs({ one(images.regions, image), one(images.global, image), one(images.gram, image) },
            { one(texts.words, text), one(texts.mask, text) })
        .attention[0];
}

} // namespace

nlohmann::json MlasmFigures::toJson() const
{
    return { { "images", images }, { "pairs", recallsJson(pairs) }, { "pointing", pointingJson(pointing) } };
}

MlasmFigures validate(nn::Mlasm& network, TrainingData& data, std::int64_t part)
{
    const torch::NoGradGuard guard;
    network->eval();
    const auto firstImage = data.trainImages();
    const auto lastImage = part > 0 ? std::min(data.images(), firstImage + part) : data.images();
    const auto firstCaption = data.captions(firstImage).first, lastCaption = data.captions(lastImage - 1).second;
    const auto texts = encodeCaptions(network, data, firstCaption, lastCaption);

    std::vector<std::size_t> owner;
    std::vector<torch::Tensor> rows;
    eval::PointingTally tally;
    for (auto begin = firstImage; begin < lastImage; begin += kImagesPerPairing) {
        const auto some = range(begin, std::min(lastImage, begin + kImagesPerPairing));
        const auto images = network->encodeImages(data.features().regions(some));
        std::vector<torch::Tensor> columns;
        for (const auto& chunk : texts)
            columns.push_back(network->scoreAll(images, chunk));
        rows.push_back(torch::cat(columns, 1));
        for (const auto image : some) {
            const auto [first, last] = data.captions(image);
            owner.insert(owner.end(), std::size_t(last - first), std::size_t(image - firstImage));
            for (auto c = first; c < last; ++c)
                if (!data.phrases(c).empty()) {
                    const auto at = c - firstCaption;
                    addPhrases(tally, data, c,
                        attentionOf(network, images, image - begin,
                            texts[std::size_t(at / kCaptionsPerValidationBatch)], at % kCaptionsPerValidationBatch));
                }
        }
    }
    network->train();
    return { lastImage - firstImage, eval::retrieval(nn::matrixOf(torch::cat(rows)), owner), tally.result() };
}

} // namespace wordsight::train
