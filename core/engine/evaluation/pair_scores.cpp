#include "core/engine/evaluation/pair_scores.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/search/batch.h"

namespace wordsight::engine {

namespace {

using model::ImageEncoding;
using model::TextEncoding;

float baselineOf(const TextEncoding& caption, std::size_t word)
{
    return caption.baselines.empty() ? 0 : caption.baselines[word];
}

/// A batch of row vectors, one after the other.
void appendRows(Matrix& matrix, std::span<const float> rows, std::size_t count)
{
    matrix.data.insert(matrix.data.end(), rows.begin(), rows.end());
    matrix.rows += count;
}

/// Absent for a model whose photographs have no regions.
std::optional<align::Pooling> poolingOf(
    const model::ModelInfo& info, std::span<const ImageEncoding> images, std::optional<align::Pooling> asked)
{
    const bool hasRegions
        = std::ranges::any_of(images, [](const ImageEncoding& image) { return image.regions.rows > 0; });
    if (asked && !hasRegions)
        throw Error(
            ErrorKind::Usage, fmt::format("The model {} compares no words: it has no pooling to choose.", info.name));
    return asked || !hasRegions ? asked : align::poolingNamed(info.pooling);
}

} // namespace

PairScores::PairScores(
    model::ImageTextModel& model, std::vector<ImageEncoding> images, std::optional<align::Pooling> pooling)
    : m_model(model)
    , m_scorer(pooling ? nullptr : model.pairScorer())
    , m_photographs(m_scorer ? m_scorer->prepare(images) : nullptr)
    , m_dimension(static_cast<std::size_t>(model.info().dimension))
    , m_globalWeight(model.info().globalWeight)
    , m_pooling(poolingOf(model.info(), images, pooling))
{
    if (m_scorer)
        return;
    if (!m_pooling && m_globalWeight == 0)
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("The model {} says neither how words nor how whole sentences are compared with photographs.",
                model.info().name));
    for (ImageEncoding& image : images) {
        model.padAsPublished(image);
        m_regions.push_back(std::move(image.regions));
        if (m_globalWeight != 0)
            appendRows(m_globals.emplace_back(0, m_dimension), image.global, 1);
    }
}

void PairScores::prepare(TextEncoding& caption) const
{
    if (m_pooling && !m_scorer)
        m_model.padAsPublished(caption, *m_pooling);
}

std::size_t PairScores::images() const
{
    return m_scorer ? m_photographs->size() : m_regions.size();
}

void PairScores::addTo(MatrixSpan columns, std::span<const TextEncoding> captions) const
{
    if (m_scorer) {
        const Matrix scores = m_scorer->scores(*m_photographs, captions);
        for (std::size_t i = 0; i < scores.rows; ++i)
            for (std::size_t c = 0; c < scores.cols; ++c)
                columns(i, c) += scores(i, c);
        return;
    }
    if (m_pooling)
        addWords(columns, captions);
    if (m_globalWeight != 0)
        addGlobals(columns, captions);
}

std::string PairScores::description() const
{
    if (m_scorer)
        return "cross attention";
    const std::string global = m_globalWeight == 0 || (!m_pooling && m_globalWeight == 1)
        ? "global"
        : fmt::format("{:g}·global", m_globalWeight);
    if (!m_pooling)
        return global;
    return m_globalWeight == 0 ? std::string(align::name(*m_pooling))
                               : fmt::format("{} + {}", align::name(*m_pooling), global);
}

void PairScores::addWords(MatrixSpan columns, std::span<const TextEncoding> captions) const
{
    Matrix words(0, m_dimension);
    std::vector<std::size_t> lengths;
    std::vector<float> factors, baselines;
    for (const TextEncoding& caption : captions) {
        appendRows(words, caption.words.data, caption.words.rows);
        lengths.push_back(caption.words.rows);
        std::ranges::copy(align::factors(caption.weights, *m_pooling), std::back_inserter(factors));
        for (std::size_t w = 0; w < caption.words.rows; ++w)
            baselines.push_back(baselineOf(caption, w));
    }
    const Matrix earned = search::wordScores(m_regions, words, lengths, *m_pooling);
    for (std::size_t i = 0; i < m_regions.size(); ++i)
        for (std::size_t c = 0, w = 0; c < captions.size(); ++c)
            for (const std::size_t end = w + lengths[c]; w < end; ++w)
                columns(i, c) += factors[w] * (earned(i, w) - baselines[w]);
}

void PairScores::addGlobals(MatrixSpan columns, std::span<const TextEncoding> captions) const
{
    Matrix sentences(0, m_dimension);
    for (const TextEncoding& caption : captions)
        appendRows(sentences, caption.global, 1);
    const Matrix cosines = search::maxSim(m_globals, sentences);
    for (std::size_t i = 0; i < m_globals.size(); ++i)
        for (std::size_t c = 0; c < captions.size(); ++c)
            columns(i, c) += m_globalWeight * cosines(i, c);
}

} // namespace wordsight::engine
