#include "core/train/teran/validation.h"

#include "core/nn/formats/tensor_values.h"
#include "core/nn/shared/batched_pooling.h"
#include "core/train/shared/autocast.h"
#include "core/train/shared/ranges.h"

namespace wordsight::train {

namespace {

constexpr std::int64_t kImagesPerBatch = 100;
constexpr std::int64_t kImagesPooledAtOnce = 10;

/// The validation split through the network.
struct Encoded {
    std::int64_t firstImage = 0, firstCaption = 0;
    std::vector<std::size_t> owner;
    torch::Tensor regions, imageGlobal;
    std::vector<nn::TeranImpl::TextOutput> texts; ///< of kCaptionsPerValidationBatch captions each
    std::vector<torch::Tensor> masks;
};

/// [Bi, Ri, D] one below the other; those with fewer regions repeat their first, which no maximum sees.
torch::Tensor catPadded(std::vector<torch::Tensor> parts)
{
    std::int64_t most = 0;
    for (const auto& part : parts)
        most = std::max(most, part.size(1));
    for (auto& part : parts)
        if (const auto missing = most - part.size(1); missing > 0)
            part = torch::cat({ part, part.narrow(1, 0, 1).expand({ -1, missing, -1 }) }, 1);
    return torch::cat(parts);
}

Encoded encode(nn::Teran& network, TrainingData& data)
{
    Encoded out;
    out.firstImage = data.trainImages();
    out.firstCaption = data.captions(out.firstImage).first;
    std::vector<torch::Tensor> regions, globals;
    for (auto i = out.firstImage; i < data.images(); i += kImagesPerBatch) {
        const auto some = range(i, std::min(data.images(), i + kImagesPerBatch));
        const auto prepared = data.features().regions(some);
        const auto own = data.features().perPhotoRegions(some);
        const auto encoded
            = network->encodePrepared(prepared, own.boxes.defined() ? own.boxes : data.regionBoxes(), own.mask);
        regions.push_back(encoded.regions);
        if (encoded.global.defined())
            globals.push_back(encoded.global);
        for (const auto image : some)
            out.owner.insert(out.owner.end(), std::size_t(data.captions(image).second - data.captions(image).first),
                std::size_t(image - out.firstImage));
    }
    out.regions = catPadded(regions);
    if (!globals.empty())
        out.imageGlobal = torch::cat(globals);
    const auto end = data.captions(data.images() - 1).second;
    for (auto c = out.firstCaption; c < end; c += kCaptionsPerValidationBatch) {
        const auto features = data.features().texts(range(c, std::min(end, c + kCaptionsPerValidationBatch)));
        out.texts.push_back(network->encodeTexts(features.words, features.mask, features.sentence));
        out.masks.push_back(features.mask);
    }
    return out;
}

torch::Tensor wordScores(const Encoded& encoded, align::Pooling pooling)
{
    std::vector<torch::Tensor> columns;
    for (std::size_t k = 0; k < encoded.texts.size(); ++k) {
        std::vector<torch::Tensor> rows;
        for (const auto& some : encoded.regions.split(kImagesPooledAtOnce))
            rows.push_back(nn::poolAlignments(some, encoded.texts[k], encoded.masks[k], pooling));
        columns.push_back(torch::cat(rows));
    }
    return torch::cat(columns, 1);
}

eval::PointingResult point(const Encoded& encoded, const TrainingData& data)
{
    eval::PointingTally tally;
    for (std::size_t c = 0; c < encoded.owner.size(); ++c) {
        if (data.phrases(encoded.firstCaption + std::int64_t(c)).empty())
            continue;
        const auto boxes = data.features().boxesOf(encoded.firstImage + std::int64_t(encoded.owner[c]));
        if (boxes.empty())
            continue; // features that came without boxes point nowhere
        const auto words
            = encoded.texts[c / kCaptionsPerValidationBatch].words[std::int64_t(c % kCaptionsPerValidationBatch)];
        addPhrases(tally, data, encoded.firstCaption + std::int64_t(c),
            torch::matmul(encoded.regions[std::int64_t(encoded.owner[c])], words.t()));
    }
    return tally.result();
}

} // namespace

nlohmann::json ValidationResult::toJson() const
{
    return { { "combined", recallsJson(combined) }, { "words", recallsJson(words) }, { "global", recallsJson(global) },
        { "pointing", pointingJson(pointing) } };
}

ValidationResult validate(nn::Teran& network, TrainingData& data, align::Pooling pooling, double globalWeight,
    torch::Device device, bool bf16)
{
    const torch::NoGradGuard guard;
    network->eval();
    Encoded encoded;
    torch::Tensor words;
    {
        const Autocast autocast(device.type(), bf16);
        encoded = encode(network, data);
        words = wordScores(encoded, pooling);
    }
    ValidationResult result;
    result.words = eval::retrieval(nn::matrixOf(words), encoded.owner);
    result.combined = result.words;
    if (encoded.imageGlobal.defined()) {
        std::vector<torch::Tensor> globals;
        for (const auto& text : encoded.texts)
            globals.push_back(text.global);
        const auto global = torch::matmul(encoded.imageGlobal, torch::cat(globals).t());
        result.global = eval::retrieval(nn::matrixOf(global), encoded.owner);
        result.combined = eval::retrieval(nn::matrixOf(words + globalWeight * global), encoded.owner);
    }
    result.pointing = point(encoded, data);
    network->train();
    return result;
}

} // namespace wordsight::train
