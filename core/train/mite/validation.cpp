#include "core/train/mite/validation.h"

#include "core/eval/modality.h"
#include "core/nn/formats/tensor_values.h"
#include "core/train/modality_probe.h"
#include "core/train/shared/figures.h"
#include "core/train/shared/ranges.h"

namespace wordsight::train {

namespace {

constexpr std::int64_t kAtOnce = 1000;

template <class Encode> torch::Tensor inChunks(std::int64_t first, std::int64_t last, Encode encode)
{
    std::vector<torch::Tensor> parts;
    for (auto begin = first; begin < last; begin += kAtOnce)
        parts.push_back(encode(range(begin, std::min(last, begin + kAtOnce))).to(torch::kCPU));
    return torch::cat(parts);
}

} // namespace

EmbeddedSplit embedValidation(nn::Mite& network, TrainingData& data)
{
    const torch::NoGradGuard frozen;
    network->eval();
    EmbeddedSplit split;
    const auto first = data.trainImages(), last = data.images();
    split.images = inChunks(first, last,
        [&](const auto& images) { return network->encodeImages(data.features().regions(images).select(1, 0)); });
    split.sentences = inChunks(data.captions(first).first, data.captions(last - 1).second, [&](const auto& captions) {
        const auto texts = data.features().texts(captions);
        return network->encodeTexts(texts.words, texts.mask);
    });
    for (auto image = first; image < last; ++image)
        split.owner.insert(split.owner.end(), std::size_t(data.captions(image).second - data.captions(image).first),
            std::size_t(image - first));
    network->train();
    return split;
}

nlohmann::json ModalityFigures::toJson() const
{
    return { { "retrieval", recallsJson(retrieval) }, { "classifierAccuracy", classifierAccuracy },
        { "centroidDistance", centroidDistance } };
}

ModalityFigures measure(const EmbeddedSplit& split, ModalityClassifier& classifier)
{
    const torch::NoGradGuard frozen;
    const auto device = classifier->parameters().front().device();
    classifier->eval();
    ModalityFigures figures;
    figures.retrieval = eval::retrieval(nn::matrixOf(torch::matmul(split.images, split.sentences.t())), split.owner);
    figures.classifierAccuracy = modalityAccuracy(
        classifier->forward(split.images.to(device)), classifier->forward(split.sentences.to(device)));
    figures.centroidDistance = eval::centroidDistance(nn::matrixOf(split.images), nn::matrixOf(split.sentences));
    classifier->train();
    return figures;
}

double freshAccuracy(const EmbeddedSplit& split, std::uint64_t seed)
{
    return modalityAccuracy(nn::matrixOf(split.images), nn::matrixOf(split.sentences), split.owner, seed);
}

} // namespace wordsight::train
