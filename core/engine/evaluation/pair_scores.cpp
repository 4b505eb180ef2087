#include "core/engine/evaluation/pair_scores.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/progress_meter.h"
#include "core/search/max_sim.h"

namespace wordsight::engine {

namespace {

using model::ImageEncoding;
using model::TextEncoding;

constexpr std::size_t captionsPerComparison = 128; // a second or so between two looks at progress

float baselineOf(const TextEncoding& caption, std::size_t word) { return caption.baselines.empty() ? 0 : caption.baselines[word]; }

/// A batch of row vectors, one after the other.
void appendRows(Matrix& matrix, std::span<const float> rows, std::size_t count)
{
    matrix.data.insert(matrix.data.end(), rows.begin(), rows.end());
    matrix.rows += count;
}

} // namespace

PairScores::PairScores(model::ImageTextModel& model, std::vector<ImageEncoding> images)
    : m_dimension(static_cast<std::size_t>(model.info().dimension))
    , m_globalWeight(model.info().globalWeight)
{
    const model::ModelInfo& info = model.info();
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

Matrix PairScores::against(std::span<const TextEncoding> captions, const ProgressCallback& progress) const
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

void PairScores::addWords(Matrix& scores, std::size_t firstColumn, std::span<const TextEncoding> captions) const
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

void PairScores::addGlobals(Matrix& scores, std::size_t firstColumn, std::span<const TextEncoding> captions) const
{
    Matrix sentences(0, m_dimension);
    for (const TextEncoding& caption : captions)
        appendRows(sentences, caption.global, 1);
    const Matrix cosines = search::maxSim(m_globals, sentences);
    for (std::size_t i = 0; i < m_globals.size(); ++i)
        for (std::size_t c = 0; c < captions.size(); ++c)
            scores(i, firstColumn + c) += m_globalWeight * cosines(i, c);
}

std::string PairScores::description() const
{
    return m_globalWeight == 0 ? std::string(align::name(m_pooling))
                               : fmt::format("{} + {:g}·global", align::name(m_pooling), m_globalWeight);
}

} // namespace wordsight::engine
