#include "core/search/batch.h"

#include <algorithm>
#include <vector>

#include "core/search/internal/blocks.h"
#include "core/search/internal/cosine_kernel.h"

namespace wordsight::search {

namespace {

using align::Pooling;

constexpr std::size_t photosPerTile = 16; // they and the terms stay in the second-level cache
constexpr std::size_t termsPerTile = 48;

PackedTerms packRows(const Matrix& terms, std::size_t begin, std::size_t end)
{
    PackedTerms packed(end - begin, terms.cols);
    for (std::size_t t = begin; t < end; ++t)
        packed.set(t - begin, terms.row(t));
    return packed;
}

} // namespace

Matrix maxSim(std::span<const Matrix> photos, const Matrix& terms, int threads)
{
    std::vector<PackedTerms> tiles;
    for (std::size_t begin = 0; begin < terms.rows; begin += termsPerTile)
        tiles.push_back(packRows(terms, begin, std::min(begin + termsPerTile, terms.rows)));
    Matrix result(photos.size(), terms.rows);
    forBlocks(photos.size(), photosPerTile, threads, {}, [&](std::size_t begin, std::size_t end) {
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
                const auto scores = align::wordScores(unpadded(values.data(), photos[i].rows, sentences[s]), pooling);
                std::ranges::copy(scores, result.row(i).begin() + static_cast<std::ptrdiff_t>(first));
            }
    });
    return result;
}

} // namespace wordsight::search
