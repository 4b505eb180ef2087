#include "core/search/max_sim.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/search/internal/blocks.h"
#include "core/search/internal/cosine_kernel.h"

namespace wordsight::search {

namespace {

using align::Pooling;

constexpr std::size_t photosPerBlock = 64; // half a millisecond or so
constexpr std::size_t photosPerTile = 16;  // of an evaluation: they and the terms stay in the second-level cache
constexpr std::size_t termsPerTile = 48;

std::vector<std::size_t> termsOfKind(std::span<const Term> terms, TermKind kind)
{
    std::vector<std::size_t> chosen;
    for (std::size_t t = 0; t < terms.size(); ++t)
        if (terms[t].kind == kind)
            chosen.push_back(t);
    return chosen;
}

PackedTerms pack(std::span<const Term> terms, const std::vector<std::size_t>& chosen, std::size_t dimension)
{
    PackedTerms packed(chosen.size(), dimension);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const Term& term = terms[chosen[i]];
        if (term.vector.size() != dimension)
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("\"{}\" was encoded by a model with vectors of {} elements; the library's have {}. Search "
                            "with the model that the library was indexed with.",
                    term.label, term.vector.size(), dimension));
        packed.set(i, term.vector);
    }
    return packed;
}

/// The kernel's padded cosines without their padding.
Matrix matrixOf(const std::vector<float>& values, std::size_t regions, const PackedTerms& words)
{
    Matrix matrix(regions, words.count);
    for (std::size_t r = 0; r < regions; ++r)
        std::copy_n(values.data() + r * words.outStride, words.count, matrix.row(r).data());
    return matrix;
}

/// One thread's view of a scan: turns a row of the file into a row of TermMaxima.
class RowScanner {
public:
    RowScanner(const store::VectorLayout& layout, std::span<const Term> terms, Pooling pooling)
        : m_words(termsOfKind(terms, TermKind::Word))
        , m_globals(termsOfKind(terms, TermKind::Global))
        , m_packedWords(pack(terms, m_words, layout.dimension))
        , m_packedGlobals(pack(terms, m_globals, layout.dimension))
        , m_pooling(pooling)
        , m_hasGlobal(layout.hasGlobal)
    {
    }

    /// `row`: the vectors of a photograph, `count` of them regions; writes one element a term.
    void scan(std::span<const std::uint16_t> row, std::size_t count, float* maxima, std::uint16_t* regions) const
    {
        if (count > 0 && !m_words.empty())
            scanWords(row.data(), count, maxima, regions);
        if (m_hasGlobal && !m_globals.empty()) {
            std::vector<float> values(m_packedGlobals.outStride);
            cosines(row.data() + count * m_packedGlobals.dimension, 1, m_packedGlobals, values.data());
            for (std::size_t i = 0; i < m_globals.size(); ++i)
                maxima[m_globals[i]] = values[i];
        }
    }

private:
    void scanWords(const std::uint16_t* row, std::size_t count, float* maxima, std::uint16_t* regions) const
    {
        const std::size_t stride = m_packedWords.outStride;
        std::vector<float> values(count * stride);
        std::vector<float> earned(stride);
        std::vector<std::int32_t> best(stride);
        cosines(row, count, m_packedWords, values.data());
        columnMaxima(values.data(), count, m_packedWords, earned.data(), best.data());
        if (m_pooling != Pooling::MrSw && m_pooling != Pooling::MrAVGw)
            earned = align::wordScores(matrixOf(values, count, m_packedWords), m_pooling);
        for (std::size_t i = 0; i < m_words.size(); ++i) {
            maxima[m_words[i]] = earned[i];
            regions[m_words[i]] = static_cast<std::uint16_t>(best[i]);
        }
    }

    std::vector<std::size_t> m_words;
    std::vector<std::size_t> m_globals;
    PackedTerms m_packedWords;
    PackedTerms m_packedGlobals;
    Pooling m_pooling;
    bool m_hasGlobal;
};

TermMaxima scanRows(
    const store::ModelRows& rows, std::span<const Term> terms, Pooling pooling, int threads, const StopQuestion& stop)
{
    const std::size_t photos = rows.rows.size();
    TermMaxima result { photos, terms.size(), std::vector<float>(photos * terms.size()),
        std::vector<std::uint16_t>(photos * terms.size()), rows.photos };
    if (photos == 0 || terms.empty())
        return result;
    const RowScanner scanner(rows.vectors.layout(), terms, pooling);
    forBlocks(photos, photosPerBlock, threads, stop, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            scanner.scan(rows.vectors.row(rows.rows[i]), rows.vectors.regionCount(rows.rows[i]),
                &result.maxima[i * terms.size()], &result.regions[i * terms.size()]);
    });
    return result;
}

PackedTerms packRows(const Matrix& terms, std::size_t begin, std::size_t end)
{
    PackedTerms packed(end - begin, terms.cols);
    for (std::size_t t = begin; t < end; ++t)
        packed.set(t - begin, terms.row(t));
    return packed;
}

} // namespace

TermMaxima maxSim(const store::ModelRows& rows, std::span<const Term> terms, int threads, const StopQuestion& stop)
{
    return scanRows(rows, terms, Pooling::MrSw, threads, stop);
}

TermMaxima scan(const store::ModelRows& rows, const Query& query, int threads, const StopQuestion& stop)
{
    return scanRows(rows, query.terms, query.pooling, threads, stop);
}

Matrix maxSim(std::span<const Matrix> photos, const Matrix& terms, int threads, const StopQuestion& stop)
{
    std::vector<PackedTerms> tiles;
    for (std::size_t begin = 0; begin < terms.rows; begin += termsPerTile)
        tiles.push_back(packRows(terms, begin, std::min(begin + termsPerTile, terms.rows)));
    Matrix result(photos.size(), terms.rows);
    forBlocks(photos.size(), photosPerTile, threads, stop, [&](std::size_t begin, std::size_t end) {
        std::vector<float> values, best(termsPerTile);
        std::vector<std::int32_t> bestRow(termsPerTile);
        for (std::size_t tile = 0; tile < tiles.size(); ++tile)
            for (std::size_t i = begin; i < end; ++i) {
                const PackedTerms& packed = tiles[tile];
                values.resize(photos[i].rows * packed.outStride);
                cosines(photos[i].data.data(), photos[i].rows, packed, values.data());
                columnMaxima(values.data(), photos[i].rows, packed, best.data(), bestRow.data());
                std::copy_n(best.data(), packed.count, result.row(i).data() + tile * termsPerTile);
            }
    });
    return result;
}

Matrix wordScores(std::span<const Matrix> photos, const Matrix& words, std::span<const std::size_t> lengths,
    Pooling pooling, int threads)
{
    if (pooling == Pooling::MrSw || pooling == Pooling::MrAVGw)
        return maxSim(photos, words, threads);
    std::vector<PackedTerms> sentences;
    for (std::size_t s = 0, first = 0; s < lengths.size(); first += lengths[s++])
        sentences.push_back(packRows(words, first, first + lengths[s]));
    Matrix result(photos.size(), words.rows);
    forBlocks(photos.size(), photosPerTile, threads, {}, [&](std::size_t begin, std::size_t end) {
        std::vector<float> values;
        for (std::size_t i = begin; i < end; ++i)
            for (std::size_t s = 0, first = 0; s < sentences.size(); first += lengths[s++]) {
                values.resize(photos[i].rows * sentences[s].outStride);
                cosines(photos[i].data.data(), photos[i].rows, sentences[s], values.data());
                const auto earned = align::wordScores(matrixOf(values, photos[i].rows, sentences[s]), pooling);
                std::ranges::copy(earned, result.row(i).begin() + static_cast<std::ptrdiff_t>(first));
            }
    });
    return result;
}

Matrix cosines(const store::VectorView& vectors, std::size_t row, std::span<const Term> terms)
{
    const std::size_t regions = vectors.regionCount(row);
    const PackedTerms packed = pack(terms, termsOfKind(terms, TermKind::Word), vectors.layout().dimension);
    std::vector<float> values(regions * packed.outStride);
    cosines(vectors.row(row).data(), regions, packed, values.data());
    return matrixOf(values, regions, packed);
}

} // namespace wordsight::search
