#include "core/search/internal/cosine_kernel.h"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/search/internal/cosine_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace wordsight::search::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::ScalableTag<float>;
using Vector = hn::Vec<Wide>;

// A tile of tileRows × tileTerms sums lives in registers: every load of a term serves tileRows vectors.
constexpr std::size_t tileRows = hn::MaxLanes(Wide()) >= 16 ? 4 : 2;
constexpr std::size_t tileTerms = 6;

HWY_INLINE Vector load(const float* from)
{
    return hn::LoadU(Wide(), from);
}

HWY_INLINE Vector load(const std::uint16_t* from)
{
    const hn::Rebind<hwy::float16_t, Wide> half;
    return hn::PromoteTo(Wide(), hn::LoadU(half, reinterpret_cast<const hwy::float16_t*>(from)));
}

/// The last elements of a vector, filled up with zeros.
template <class Element> HWY_INLINE Vector loadTail(const Element* from, std::size_t count)
{
    HWY_ALIGN Element padded[hn::MaxLanes(Wide())] = {};
    std::copy_n(from, count, padded);
    return load(padded);
}

#if HWY_TARGET == HWY_SCALAR
HWY_INLINE void sumLanes(Vector a, Vector b, Vector c, Vector d, float* out)
{
    std::ranges::copy(std::array { a.raw, b.raw, c.raw, d.raw }, out);
}
#else
template <class Tag> HWY_INLINE void storeBlockSums(Tag tag, hn::Vec<Tag> sums, float* out)
{
    if constexpr (hn::MaxLanes(tag) > 4) {
        const hn::Half<Tag> half;
        storeBlockSums(half, hn::Add(hn::LowerHalf(half, sums), hn::UpperHalf(half, sums)), out);
    } else {
        hn::StoreU(sums, tag, out);
    }
}

/// The sums over the lanes of four vectors → out[0..3], all four by the same order of additions.
HWY_INLINE void sumLanes(Vector a, Vector b, Vector c, Vector d, float* out)
{
    const Wide wide;
    const hn::Repartition<double, Wide> pairs;
    const Vector ab = hn::Add(hn::InterleaveLower(wide, a, b), hn::InterleaveUpper(wide, a, b));
    const Vector cd = hn::Add(hn::InterleaveLower(wide, c, d), hn::InterleaveUpper(wide, c, d));
    const auto low = hn::InterleaveLower(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, cd));
    const auto high = hn::InterleaveUpper(pairs, hn::BitCast(pairs, ab), hn::BitCast(pairs, cd));
    storeBlockSums(wide, hn::Add(hn::BitCast(wide, low), hn::BitCast(wide, high)), out);
}
#endif

// Unrolled, or the compiler keeps the tile in memory.
#undef WORDSIGHT_UNROLL
#define WORDSIGHT_UNROLL _Pragma("GCC unroll 24")

template <std::size_t Rows, std::size_t Terms, class Element>
HWY_INLINE void tile(const Element* rows, const PackedTerms& terms, const float* term, float* out)
{
    constexpr std::size_t sums = (Rows * Terms + 3) / 4 * 4;
    Vector sum[sums];
    WORDSIGHT_UNROLL
    for (std::size_t i = 0; i < sums; ++i)
        sum[i] = hn::Zero(Wide());
    const auto accumulate = [&](auto&& element, std::size_t at) HWY_ATTR {
        Vector row[Rows];
        WORDSIGHT_UNROLL
        for (std::size_t r = 0; r < Rows; ++r)
            row[r] = element(rows + r * terms.dimension + at);
        WORDSIGHT_UNROLL
        for (std::size_t t = 0; t < Terms; ++t) {
            const Vector factor = hn::LoadU(Wide(), term + t * terms.stride + at);
            WORDSIGHT_UNROLL
            for (std::size_t r = 0; r < Rows; ++r)
                sum[r * Terms + t] = hn::MulAdd(row[r], factor, sum[r * Terms + t]);
        }
    };
    const std::size_t lanes = hn::Lanes(Wide());
    const std::size_t whole = terms.dimension / lanes * lanes;
    for (std::size_t at = 0; at < whole; at += lanes)
        accumulate([](const Element* from) HWY_ATTR { return load(from); }, at);
    if (const std::size_t rest = terms.dimension - whole)
        accumulate([rest](const Element* from) HWY_ATTR { return loadTail(from, rest); }, whole);
    float flat[sums];
    WORDSIGHT_UNROLL
    for (std::size_t i = 0; i < sums; i += 4)
        sumLanes(sum[i], sum[i + 1], sum[i + 2], sum[i + 3], flat + i);
    WORDSIGHT_UNROLL
    for (std::size_t r = 0; r < Rows; ++r)
        std::copy_n(flat + r * Terms, Terms, out + r * terms.outStride);
}

template <std::size_t Rows, class Element>
HWY_INLINE void stripe(const Element* rows, const PackedTerms& terms, float* out)
{
    const float* term = terms.values.data();
    std::size_t left = terms.count;
    for (; left >= tileTerms; left -= tileTerms, term += tileTerms * terms.stride, out += tileTerms)
        tile<Rows, tileTerms>(rows, terms, term, out);
    switch (left) {
    case 5:
        return tile<Rows, 5>(rows, terms, term, out);
    case 4:
        return tile<Rows, 4>(rows, terms, term, out);
    case 3:
        return tile<Rows, 3>(rows, terms, term, out);
    case 2:
        return tile<Rows, 2>(rows, terms, term, out);
    case 1:
        return tile<Rows, 1>(rows, terms, term, out);
    default:
        return;
    }
}

template <class Element>
HWY_INLINE void multiply(const Element* vectors, std::size_t count, const PackedTerms& terms, float* out)
{
    std::size_t v = 0;
    for (; v + tileRows <= count; v += tileRows)
        stripe<tileRows>(vectors + v * terms.dimension, terms, out + v * terms.outStride);
    for (; v < count; ++v)
        stripe<1>(vectors + v * terms.dimension, terms, out + v * terms.outStride);
}

void multiplyHalves(const std::uint16_t* vectors, std::size_t count, const PackedTerms& terms, float* out)
{
    multiply(vectors, count, terms, out);
}

void multiplyFloats(const float* vectors, std::size_t count, const PackedTerms& terms, float* out)
{
    multiply(vectors, count, terms, out);
}

void maxima(const float* values, std::size_t rows, const PackedTerms& terms, float* best, std::int32_t* bestRow)
{
    const Wide wide;
    const hn::RebindToSigned<Wide> index;
    for (std::size_t t = 0; t < terms.count; t += hn::Lanes(wide)) {
        Vector highest = hn::LoadU(wide, values + t);
        auto at = hn::Zero(index);
        for (std::size_t r = 1; r < rows; ++r) {
            const Vector value = hn::LoadU(wide, values + r * terms.outStride + t);
            const auto higher = hn::Gt(value, highest);
            highest = hn::IfThenElse(higher, value, highest);
            at = hn::IfThenElse(hn::RebindMask(index, higher), hn::Set(index, static_cast<std::int32_t>(r)), at);
        }
        hn::StoreU(highest, wide, best + t);
        hn::StoreU(at, index, bestRow + t);
    }
}

} // namespace wordsight::search::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordsight::search {

HWY_EXPORT(multiplyHalves);
HWY_EXPORT(multiplyFloats);
HWY_EXPORT(maxima);

namespace {

constexpr std::size_t widest = 16; // floats of the widest vector unit

constexpr std::size_t padded(std::size_t count)
{
    return (count + widest - 1) / widest * widest;
}

} // namespace

PackedTerms::PackedTerms(std::size_t termCount, std::size_t termDimension)
    : count(termCount)
    , dimension(termDimension)
    , stride(padded(termDimension))
    , outStride(padded(termCount))
    , values(termCount * stride)
{
}

void PackedTerms::set(std::size_t term, std::span<const float> vector)
{
    std::ranges::copy(vector, values.begin() + static_cast<std::ptrdiff_t>(term * stride));
}

void cosines(const std::uint16_t* halves, std::size_t count, const PackedTerms& terms, float* out)
{
    HWY_DYNAMIC_DISPATCH(multiplyHalves)(halves, count, terms, out);
}

void cosines(const float* vectors, std::size_t count, const PackedTerms& terms, float* out)
{
    HWY_DYNAMIC_DISPATCH(multiplyFloats)(vectors, count, terms, out);
}

Matrix unpadded(const float* cosines, std::size_t rows, const PackedTerms& terms)
{
    Matrix matrix(rows, terms.count);
    for (std::size_t r = 0; r < rows; ++r)
        std::copy_n(cosines + r * terms.outStride, terms.count, matrix.row(r).data());
    return matrix;
}

void columnMaxima(const float* cosines, std::size_t rows, const PackedTerms& terms, float* best, std::int32_t* bestRow)
{
    HWY_DYNAMIC_DISPATCH(maxima)(cosines, rows, terms, best, bestRow);
}

} // namespace wordsight::search
#endif
