#include "core/engine/evaluator.h"

#include <algorithm>
#include <future>
#include <numeric>

#include <fmt/format.h>

#include "core/align/alignment.h"
#include "core/align/pooling.h"
#include "core/base/error.h"
#include "core/base/progress_meter.h"
#include "core/dataset/captions.h"
#include "core/dataset/entities.h"
#include "core/image/decode.h"
#include "core/image/transform.h"
#include "core/search/max_sim.h"

namespace wordsight::engine {

namespace {

using dataset::CaptionedImage;
using model::ImageEncoding;
using model::TextEncoding;

constexpr std::size_t imagesPerBatch = 32;
constexpr std::size_t captionsPerBatch = 128;
constexpr std::size_t captionsPerComparison = 128; // a second or so between two looks at progress

std::vector<CaptionedImage> imagesOf(const EvaluationInput& input)
{
    return dataset::ofSplit(dataset::readKarpathy(input.dataset), input.split);
}

std::vector<std::string> captionsOf(const std::vector<CaptionedImage>& images)
{
    std::vector<std::string> captions;
    for (const CaptionedImage& image : images)
        captions.insert(captions.end(), image.captions.begin(), image.captions.end());
    return captions;
}

std::vector<image::Image> decodeBatch(
    const std::vector<CaptionedImage>& images, std::size_t begin, const std::filesystem::path& folder, int side)
{
    std::vector<image::Image> decoded;
    for (std::size_t i = begin; i < std::min(begin + imagesPerBatch, images.size()); ++i)
        decoded.push_back(
            image::stretch(image::decodeFile(dataset::imageFile(folder, images[i]), { .minSide = side }), side, side));
    return decoded;
}

/// The next batch is decoded while this one is encoded.
std::vector<ImageEncoding> encodeImages(model::ImageTextModel& model, const std::vector<CaptionedImage>& images,
    const std::filesystem::path& folder, const ProgressCallback& progress)
{
    ProgressMeter meter(progress, images.size());
    const auto decodeFrom = [&](std::size_t begin) {
        return std::async(std::launch::async, [&, begin] { return decodeBatch(images, begin, folder, model.info().inputSide); });
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
    model::ImageTextModel& model, const std::vector<std::string>& captions, const ProgressCallback& progress)
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

float baselineOf(const TextEncoding& caption, std::size_t word) { return caption.baselines.empty() ? 0 : caption.baselines[word]; }

/// A batch of row vectors, one after the other.
void appendRows(Matrix& matrix, std::span<const float> rows, std::size_t count)
{
    matrix.data.insert(matrix.data.end(), rows.begin(), rows.end());
    matrix.rows += count;
}

/// The model's own score of every photograph with every sentence, put together from maxima and global cosines.
class PairScores {
public:
    PairScores(const model::ModelInfo& info, std::vector<ImageEncoding> images)
        : m_dimension(static_cast<std::size_t>(info.dimension))
        , m_globalWeight(info.globalWeight)
    {
        const auto pooling = align::poolingNamed(info.pooling);
        if (pooling != align::Pooling::MrSw && pooling != align::Pooling::MrAVGw)
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("The model {} scores by \"{}\"; an evaluation takes mrsw and mravgw.", info.name, info.pooling));
        m_pooling = *pooling;
        for (ImageEncoding& image : images) {
            m_regions.push_back(std::move(image.regions));
            if (m_globalWeight != 0)
                appendRows(m_globals.emplace_back(0, m_dimension), image.global, 1);
        }
    }

    Matrix against(std::span<const TextEncoding> captions, const ProgressCallback& progress) const
    {
        ProgressMeter meter(progress, captions.size());
        Matrix scores(m_regions.size(), captions.size());
        for (std::size_t begin = 0; begin < captions.size();) {
            const std::size_t count = std::min(captionsPerComparison, captions.size() - begin);
            addWords(scores, begin, captions.subspan(begin, count));
            if (m_globalWeight != 0)
                addGlobals(scores, begin, captions.subspan(begin, count));
            meter.advanceOrThrow("Comparing", begin += count);
        }
        return scores;
    }

private:
    void addWords(Matrix& scores, std::size_t firstColumn, std::span<const TextEncoding> captions) const
    {
        Matrix words(0, m_dimension);
        for (const TextEncoding& caption : captions)
            appendRows(words, caption.words.data, caption.words.rows);
        const Matrix maxima = search::maxSim(m_regions, words);
        for (std::size_t c = 0, first = 0; c < captions.size(); first += captions[c++].words.rows) {
            const std::vector<float> factors = align::factors(captions[c].weights, m_pooling);
            for (std::size_t i = 0; i < m_regions.size(); ++i)
                for (std::size_t w = 0; w < factors.size(); ++w)
                    scores(i, firstColumn + c) += factors[w] * (maxima(i, first + w) - baselineOf(captions[c], w));
        }
    }

    void addGlobals(Matrix& scores, std::size_t firstColumn, std::span<const TextEncoding> captions) const
    {
        Matrix sentences(0, m_dimension);
        for (const TextEncoding& caption : captions)
            appendRows(sentences, caption.global, 1);
        const Matrix cosines = search::maxSim(m_globals, sentences);
        for (std::size_t i = 0; i < m_globals.size(); ++i)
            for (std::size_t c = 0; c < captions.size(); ++c)
                scores(i, firstColumn + c) += m_globalWeight * cosines(i, c);
    }

    std::size_t m_dimension;
    float m_globalWeight;
    align::Pooling m_pooling = align::Pooling::MrSw;
    std::vector<Matrix> m_regions;
    std::vector<Matrix> m_globals; ///< one row each
};

} // namespace

RetrievalReport evaluateRetrieval(
    model::ImageTextModel& model, const EvaluationInput& input, const ProgressCallback& progress)
{
    const model::ModelInfo& info = model.info();
    const std::vector<CaptionedImage> images = imagesOf(input);
    const std::vector<std::string> captions = captionsOf(images);
    std::vector<std::size_t> owner;
    for (std::size_t i = 0; i < images.size(); ++i)
        owner.insert(owner.end(), images[i].captions.size(), i);
    const PairScores scores(info, encodeImages(model, images, input.images, progress));
    const Matrix matrix = scores.against(encodeCaptions(model, captions, progress), progress);
    const std::string scoring
        = info.globalWeight == 0 ? info.pooling : fmt::format("{} + {:g}·global", info.pooling, info.globalWeight);
    return { images.size(), captions.size(), eval::retrieval(matrix, owner), info.name, scoring };
}

eval::PointingResult evaluateGrounding(model::ImageTextModel& model, const EvaluationInput& input,
    const std::filesystem::path& entities, const ProgressCallback& progress)
{
    if (!std::filesystem::is_directory(entities / "Annotations"))
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{} has no folder Annotations: it is not in the layout of Flickr30k Entities.", entities.string()));
    const std::vector<CaptionedImage> images = imagesOf(input);
    const std::vector<Box>& boxes = model.info().boxes;
    const std::vector<ImageEncoding> encodings = encodeImages(model, images, input.images, progress);
    const std::vector<TextEncoding> captions = encodeCaptions(model, captionsOf(images), progress);
    ProgressMeter meter(progress, images.size());
    eval::PointingTally tally;
    for (std::size_t i = 0, first = 0; i < images.size(); first += images[i].captions.size(), meter.advanceOrThrow("Pointing at phrases", ++i)) {
        std::vector<Matrix> alignments;
        for (std::size_t c = first; c < first + images[i].captions.size(); ++c)
            alignments.push_back(align::alignmentMatrix(encodings[i].regions, captions[c].words));
        for (const dataset::BoxedPhrase& phrase : dataset::readEntities(entities, images[i])) {
            const auto& spans = captions[first + phrase.caption].spans;
            const auto peak = eval::phrasePeak(alignments[phrase.caption], spans, boxes, phrase.span);
            tally.add(phrase.type, peak, phrase.boxes, boxes);
        }
    }
    return tally.result();
}

} // namespace wordsight::engine
