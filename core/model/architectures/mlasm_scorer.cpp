#include "core/model/architectures/mlasm_scorer.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include <c10/core/InferenceMode.h>

#include "core/base/error.h"
#include "core/nn/formats/tensor_values.h"

namespace wordsight::model {

using namespace nn;

namespace {

constexpr std::int64_t kPhotographsAtOnce
    = 32; ///< few, so that what a sentence needs of them stays in the processor's cache
constexpr std::int64_t kSentencesPerScoring = 256;

class Prepared final : public PairScorer::Photographs {
public:
    explicit Prepared(MlasmImpl::ImageOutput tensors)
        : images(std::move(tensors))
    {
    }
    std::size_t size() const override { return static_cast<std::size_t>(images.regions.size(0)); }

    MlasmImpl::ImageOutput some(std::int64_t first, std::int64_t count) const
    {
        return { images.regions.narrow(0, first, count), images.global.narrow(0, first, count),
            images.gram.narrow(0, first, count) };
    }

    MlasmImpl::ImageOutput images;
};

/// Matrices of one size, one after the other.
torch::Tensor stacked(std::span<const ImageEncoding> photographs)
{
    const Matrix& first = photographs.front().regions;
    auto tensor
        = torch::empty({ std::int64_t(photographs.size()), std::int64_t(first.rows), std::int64_t(first.cols) });
    auto* out = tensor.data_ptr<float>();
    for (const ImageEncoding& photograph : photographs) {
        if (photograph.regions.rows != first.rows || photograph.regions.cols != first.cols
            || photograph.global.size() != first.cols)
            throw Error(
                ErrorKind::ModelMismatch, "These encodings are not of this model: index the photographs again.");
        out = std::ranges::copy(photograph.regions.data, out).out;
    }
    return tensor;
}

/// Row p of pairs as plain values; the sum in its order is the score.
PairScore pairOf(
    const MlasmImpl::PairOutput& pairs, const torch::Tensor& wordScores, const torch::Tensor& rest, std::int64_t p)
{
    PairScore pair { 0, matrixOf(pairs.attention[p]), vectorOf(wordScores[p]), rest[p].item<float>() };
    pair.score = std::accumulate(pair.wordScores.begin(), pair.wordScores.end(), 0.0f) + pair.rest;
    return pair;
}

} // namespace

std::unique_ptr<PairScorer::Photographs> MlasmScorer::prepare(std::span<const ImageEncoding> photographs)
{
    const c10::InferenceMode frozen;
    if (photographs.empty())
        return std::make_unique<Prepared>(
            MlasmImpl::ImageOutput { torch::empty({ 0, 1, 1 }), torch::empty({ 0, 1 }), torch::empty({ 0, 1, 1 }) });
    auto globals = torch::empty({ std::int64_t(photographs.size()), std::int64_t(photographs.front().regions.cols) });
    const auto regions = stacked(photographs).to(device());
    for (std::size_t i = 0; i < photographs.size(); ++i)
        std::memcpy(globals[std::int64_t(i)].data_ptr(), photographs[i].global.data(),
            photographs[i].global.size() * sizeof(float));
    return std::make_unique<Prepared>(
        MlasmImpl::ImageOutput { regions, globals.to(device()), AttentionSide::of(regions).gram });
}

MlasmImpl::TextOutput MlasmScorer::textsOf(std::span<const TextEncoding> sentences) const
{
    const auto count = static_cast<std::int64_t>(sentences.size());
    std::int64_t longest = 1;
    for (const TextEncoding& sentence : sentences)
        longest = std::max(longest, static_cast<std::int64_t>(sentence.words.rows));
    auto words = torch::zeros({ count, longest, m_network->options().dimension });
    auto mask = torch::zeros({ count, longest }, torch::kBool);
    for (std::int64_t t = 0; t < count; ++t) {
        const Matrix& rows = sentences[std::size_t(t)].words;
        std::ranges::copy(rows.data, words[t].data_ptr<float>());
        mask[t].narrow(0, 0, static_cast<std::int64_t>(rows.rows)).fill_(true);
    }
    return { words.to(device()), mask.to(device()) };
}

Matrix MlasmScorer::scores(const Photographs& photographs, std::span<const TextEncoding> sentences)
{
    const c10::InferenceMode frozen;
    const auto& prepared = dynamic_cast<const Prepared&>(photographs);
    Matrix result(photographs.size(), sentences.size());
    const auto rows = static_cast<std::int64_t>(result.rows), columns = static_cast<std::int64_t>(result.cols);
    for (std::int64_t column = 0; column < columns; column += kSentencesPerScoring) {
        const auto texts = textsOf(
            sentences.subspan(std::size_t(column), std::size_t(std::min(kSentencesPerScoring, columns - column))));
        for (std::int64_t row = 0; row < rows; row += kPhotographsAtOnce) {
            const Matrix part
                = matrixOf(m_network->scoreAll(prepared.some(row, std::min(kPhotographsAtOnce, rows - row)), texts));
            for (std::size_t r = 0; r < part.rows; ++r)
                std::ranges::copy(part.row(r), result.row(std::size_t(row) + r).begin() + column);
        }
    }
    return result;
}

std::vector<PairScore> MlasmScorer::explain(const Photographs& photographs, const TextEncoding& sentence)
{
    const c10::InferenceMode frozen;
    const auto& prepared = dynamic_cast<const Prepared&>(photographs);
    const auto texts = textsOf({ &sentence, 1 });
    const auto count = static_cast<std::int64_t>(prepared.size()),
               words = static_cast<std::int64_t>(sentence.words.rows);
    std::vector<PairScore> explained;
    for (std::int64_t row = 0; row < count; row += kPhotographsAtOnce) {
        const auto some = std::min(kPhotographsAtOnce, count - row);
        auto pairs = m_network->scorePairs(prepared.some(row, some), texts);
        const double local = m_network->options().localShare;
        pairs.attention = pairs.attention.narrow(2, 0, words).to(torch::kCPU);
        const auto wordScores = (local * pairs.wordShares).narrow(1, 0, words).to(torch::kCPU);
        const auto rest = ((1 - local) * pairs.global).to(torch::kCPU);
        for (std::int64_t p = 0; p < some; ++p)
            explained.push_back(pairOf(pairs, wordScores, rest, p));
    }
    return explained;
}

} // namespace wordsight::model
