#include "core/search/highway_index.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/data/half.h"
#include "core/search/internal/blocks.h"
#include "core/search/internal/cosine_kernel.h"

namespace wordsight::search {

namespace {

using align::Pooling;

constexpr std::size_t photosPerBlock = 64; // half a millisecond or so

/// Those that meet regions, or those that meet the whole photograph.
std::vector<std::size_t> termsThatMeet(std::span<const Term> terms, bool regions)
{
    std::vector<std::size_t> chosen;
    for (std::size_t t = 0; t < terms.size(); ++t)
        if ((terms[t].kind == TermKind::Word) == regions)
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

/// One thread's view of a scan: turns a row of the file into a row of TermScores.
class RowScanner {
public:
    RowScanner(const store::VectorLayout& layout, const Query& query)
        : m_words(termsThatMeet(query.terms, true))
        , m_globals(termsThatMeet(query.terms, false))
        , m_packedWords(pack(query.terms, m_words, layout.dimension))
        , m_packedGlobals(pack(query.terms, m_globals, layout.dimension))
        , m_pooling(query.pooling)
        , m_hasGlobal(layout.hasGlobal)
    {
    }

    /// `row`: the vectors of a photograph, `count` of them regions; writes one element per term.
    void scan(std::span<const std::uint16_t> row, std::size_t count, float* scores, std::uint16_t* regions) const
    {
        if (count > 0 && !m_words.empty())
            scanWords(row.data(), count, scores, regions);
        const std::vector<float> globals = globalCosines(row, count);
        for (std::size_t i = 0; i < m_globals.size(); ++i)
            scores[m_globals[i]] = globals[i];
    }

    /// The cosines that scan() takes its scores from.
    Cosines cosinesOf(std::span<const std::uint16_t> row, std::size_t count) const
    {
        std::vector<float> values(count * m_packedWords.outStride);
        cosines(row.data(), count, m_packedWords, values.data());
        return { unpadded(values.data(), count, m_packedWords), globalCosines(row, count) };
    }

private:
    /// One per global term; 0 where the rows have no global vector.
    std::vector<float> globalCosines(std::span<const std::uint16_t> row, std::size_t count) const
    {
        std::vector<float> values(m_packedGlobals.outStride);
        if (m_hasGlobal && !m_globals.empty())
            cosines(row.data() + count * m_packedGlobals.dimension, 1, m_packedGlobals, values.data());
        values.resize(m_globals.size());
        return values;
    }

    void scanWords(const std::uint16_t* row, std::size_t count, float* scores, std::uint16_t* regions) const
    {
        const std::size_t stride = m_packedWords.outStride;
        std::vector<float> values(count * stride);
        std::vector<float> wordScores(stride);
        std::vector<std::int32_t> best(stride);
        cosines(row, count, m_packedWords, values.data());
        columnMaxima(values.data(), count, m_packedWords, wordScores.data(), best.data());
        if (m_pooling != Pooling::MrSw && m_pooling != Pooling::MrAVGw)
            wordScores = align::wordScores(unpadded(values.data(), count, m_packedWords), m_pooling);
        for (std::size_t i = 0; i < m_words.size(); ++i) {
            scores[m_words[i]] = wordScores[i];
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

/// Which photographs of `known` are at which places of `rows`, still in the same row of the file, and which places are
/// left to scan. Both list their photographs by rows.
struct Overlap {
    std::vector<std::pair<std::size_t, std::size_t>> kept; ///< place in known, place in rows
    std::vector<std::size_t> fresh;
};

Overlap overlapOf(const TermScores& known, const store::ModelRows& rows)
{
    Overlap overlap;
    std::size_t k = 0;
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        while (k < known.rows.size() && known.rows[k] < rows.rows[i])
            ++k;
        if (k < known.rows.size() && known.rows[k] == rows.rows[i] && known.ids[k] == rows.photos[i])
            overlap.kept.emplace_back(k, i);
        else
            overlap.fresh.push_back(i);
    }
    return overlap;
}

} // namespace

HighwayIndex::HighwayIndex(store::ModelRows rows, int threads)
    : m_rows(std::move(rows))
    , m_threads(threads)
{
    // Photographs mostly come into a library and into its vector file in one order.
    if (std::ranges::is_sorted(m_rows.photos))
        return;
    m_byId.resize(m_rows.photos.size());
    std::iota(m_byId.begin(), m_byId.end(), 0u);
    std::ranges::sort(m_byId, {}, [this](std::uint32_t place) { return m_rows.photos[place]; });
}

bool HighwayIndex::contains(PhotoId photo) const
{
    return placeOf(photo).has_value();
}

std::size_t HighwayIndex::extend(TermScores& known, const Query& query, std::stop_token stop) const
{
    const std::size_t photos = m_rows.rows.size(), terms = query.terms.size();
    const std::uint64_t file = m_rows.vectors.fileId();
    const bool foreign = known.terms != terms || known.vectors != file || known.rows.size() != known.photos;
    const Overlap overlap = overlapOf(foreign ? TermScores {} : known, m_rows);
    if (!foreign && overlap.fresh.empty() && overlap.kept.size() == known.photos)
        return 0;
    TermScores result { photos, terms, std::vector<float>(photos * terms), std::vector<std::uint16_t>(photos * terms),
        m_rows.photos, m_rows.rows, file };
    for (const auto& [from, to] : overlap.kept) {
        std::copy_n(&known.scores[from * terms], terms, &result.scores[to * terms]);
        std::copy_n(&known.regions[from * terms], terms, &result.regions[to * terms]);
    }
    if (!overlap.fresh.empty() && terms > 0) {
        const RowScanner scanner(m_rows.vectors.layout(), query);
        forBlocks(overlap.fresh.size(), photosPerBlock, m_threads, stop, [&](std::size_t begin, std::size_t end) {
            for (std::size_t f = begin; f < end; ++f) {
                const std::size_t i = overlap.fresh[f], row = m_rows.rows[i];
                scanner.scan(m_rows.vectors.row(row), m_rows.vectors.regionCount(row), &result.scores[i * terms],
                    &result.regions[i * terms]);
            }
        });
    }
    known = std::move(result);
    return overlap.fresh.size();
}

Cosines HighwayIndex::cosines(PhotoId photo, const Query& query) const
{
    const std::size_t row = rowOf(photo);
    return RowScanner(m_rows.vectors.layout(), query)
        .cosinesOf(m_rows.vectors.row(row), m_rows.vectors.regionCount(row));
}

PhotoVectors HighwayIndex::vectors(PhotoId photo) const
{
    const store::VectorLayout& layout = m_rows.vectors.layout();
    const auto halves = m_rows.vectors.row(rowOf(photo));
    std::vector<float> values(halves.size());
    std::ranges::transform(halves, values.begin(), fromHalf);
    PhotoVectors vectors;
    if (layout.hasGlobal) {
        vectors.global.assign(values.end() - layout.dimension, values.end());
        values.resize(values.size() - layout.dimension);
    }
    vectors.regions.rows = values.size() / layout.dimension;
    vectors.regions.cols = layout.dimension;
    vectors.regions.data = std::move(values);
    return vectors;
}

std::span<const Box> HighwayIndex::boxes(PhotoId photo) const
{
    return m_rows.vectors.boxes(rowOf(photo));
}

std::optional<std::size_t> HighwayIndex::placeOf(PhotoId photo) const
{
    if (m_byId.empty()) {
        const auto found = std::ranges::lower_bound(m_rows.photos, photo);
        if (found != m_rows.photos.end() && *found == photo)
            return static_cast<std::size_t>(found - m_rows.photos.begin());
        return std::nullopt;
    }
    const auto found
        = std::ranges::lower_bound(m_byId, photo, {}, [this](std::uint32_t place) { return m_rows.photos[place]; });
    return found != m_byId.end() && m_rows.photos[*found] == photo ? std::optional<std::size_t>(*found) : std::nullopt;
}

std::size_t HighwayIndex::rowOf(PhotoId photo) const
{
    if (const auto place = placeOf(photo))
        return m_rows.rows[*place];
    throw Error(ErrorKind::ModelMismatch,
        fmt::format("Photograph {} is not indexed with this model. Index its folder again.", photo.value));
}

} // namespace wordsight::search
