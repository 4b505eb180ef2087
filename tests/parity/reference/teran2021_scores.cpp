#include "tests/parity/reference/teran2021_scores.h"

#include <array>
#include <limits>
#include <utility>

namespace wordsight::parity {

using namespace nn;
namespace {

namespace F = torch::nn::functional;

torch::Tensor padded(const torch::Tensor& set, std::int64_t slots)
{
    return set.size(1) >= slots ? set : torch::constant_pad_nd(set, { 0, 0, 0, slots - set.size(1) });
}

torch::Tensor regionsOf(const Sets2021& sets)
{
    return sets.images.slice(1, 1);
}

torch::Tensor wordsOf(const Sets2021& sets)
{
    return sets.texts.slice(1, 1, sets.texts.size(1) - 2);
}

/// [B, count] bool: true from each length on. A negative length counts from the end, as it does in the authors' code.
torch::Tensor beyond(const torch::Tensor& lengths, std::int64_t count)
{
    const auto first = torch::where(lengths < 0, (lengths + count).clamp_min(0), lengths);
    return torch::arange(count, lengths.options()).unsqueeze(0) >= first.unsqueeze(1);
}

torch::Tensor regionPadding(const Sets2021& sets)
{
    return beyond(sets.imageLengths - 1, sets.images.size(1) - 1);
}

torch::Tensor firstMaximum(const torch::Tensor& alignments, std::int64_t dimension)
{
    return std::get<0>(alignments.max(dimension));
}

/// Every region attends to the words and meets the mean of what it attends to.
torch::Tensor scanSentences(const Sets2021& sets, const torch::Tensor& alignments, const torch::Tensor& padding)
{
    const auto relevance = F::normalize(torch::relu(alignments), F::NormalizeFuncOptions().dim(2).eps(1e-12));
    const auto absent = regionPadding(sets).unsqueeze(1); // [Bi, 1, R]
    // A padded region would attend to nothing and be no number, in its gradient too; it attends to all instead and
    // counts 0.
    const auto nothing = padding.logical_and(absent.logical_not().unsqueeze(3));
    const auto attention = torch::softmax(relevance.masked_fill(nothing, -std::numeric_limits<float>::infinity()), 3);
    const auto contexts = torch::matmul(attention, wordsOf(sets).unsqueeze(0)); // [Bi, Bt, R, D]
    const auto regions = regionsOf(sets).unsqueeze(1).expand_as(contexts);
    return torch::cosine_similarity(regions, contexts, 3, 1e-8).masked_fill(absent, 0).sum(2);
}

} // namespace

std::optional<Pooling2021> pooling2021Named(std::string_view name)
{
    using enum Pooling2021;
    constexpr std::array<std::pair<std::string_view, Pooling2021>, 7> names { { { "sum", Sum }, { "mean", Mean },
        { "MrSw", MrSw }, { "MrAVGw", MrAVGw }, { "MwSr", MwSr }, { "symm", Symmetric },
        { "scan-sentences", ScanSentences } } };
    for (const auto& [known, pooling] : names)
        if (known == name)
            return pooling;
    return std::nullopt;
}

Sets2021 paddedForEvaluation(const Sets2021& sets)
{
    return { padded(sets.images, kImageSlots2021), sets.imageLengths, padded(sets.texts, kTextSlots2021),
        sets.textLengths };
}

torch::Tensor alignments2021(const Sets2021& sets)
{
    return torch::matmul(regionsOf(sets).unsqueeze(1), wordsOf(sets).transpose(1, 2).unsqueeze(0));
}

torch::Tensor alignmentPadding2021(const Sets2021& sets)
{
    const auto words = beyond(sets.textLengths - kSpecialPieces2021, sets.texts.size(1) - kSpecialPieces2021);
    return regionPadding(sets).unsqueeze(1).unsqueeze(3).logical_or(words.unsqueeze(0).unsqueeze(2));
}

torch::Tensor pooled2021(const Sets2021& sets, Pooling2021 pooling)
{
    const auto padding = alignmentPadding2021(sets);
    const auto alignments = alignments2021(sets).masked_fill(padding, 0);
    switch (pooling) {
    case Pooling2021::Sum:
        return alignments.sum({ 2, 3 });
    case Pooling2021::Mean:
        return alignments.mean({ 2, 3 });
    case Pooling2021::MrSw:
        return firstMaximum(alignments, 2).sum(2);
    case Pooling2021::MrAVGw:
        return firstMaximum(alignments, 2).sum(2) / (sets.textLengths - kSpecialPieces2021).unsqueeze(0);
    case Pooling2021::MwSr:
        return firstMaximum(alignments, 3).sum(2);
    case Pooling2021::Symmetric:
        return firstMaximum(alignments, 2).sum(2) + firstMaximum(alignments, 3).sum(2);
    case Pooling2021::ScanSentences:
        break;
    }
    return scanSentences(sets, alignments, padding);
}

torch::Tensor globalSimilarity2021(const torch::Tensor& images, const torch::Tensor& texts, std::string_view measure)
{
    if (measure == "order")
        return -(texts.unsqueeze(0) - images.unsqueeze(1)).clamp_min(0).pow(2).sum(2).sqrt();
    if (measure == "cosine")
        return torch::matmul(F::normalize(images, F::NormalizeFuncOptions().dim(1)),
            F::normalize(texts, F::NormalizeFuncOptions().dim(1)).t());
    return torch::matmul(images, texts.t());
}

} // namespace wordsight::parity
