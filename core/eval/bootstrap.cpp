#include "core/eval/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "core/eval/protocol.h"

namespace wordsight::eval {

namespace {

/// A fold with the captions of each image side by side.
class Resampler {
public:
    explicit Resampler(const RankedFold& fold)
        : m_ranks(fold.ranks)
        , m_captionsOf(fold.ranks.images.size())
    {
        for (std::size_t c = 0; c < fold.owner.size(); ++c)
            m_captionsOf[fold.owner[c]].push_back(c);
    }

    RetrievalResult draw(std::mt19937& engine) const
    {
        std::vector<std::size_t> images, captions;
        for (std::size_t i = 0; i < m_captionsOf.size(); ++i) {
            // Not std::uniform_int_distribution: every library has its own.
            const std::size_t image = static_cast<std::uint64_t>(engine()) * m_captionsOf.size() >> 32;
            images.push_back(m_ranks.images[image]);
            for (const std::size_t caption : m_captionsOf[image])
                captions.push_back(m_ranks.captions[caption]);
        }
        return { recalls(std::move(images)), recalls(std::move(captions)) };
    }

private:
    const Ranks& m_ranks;
    std::vector<std::vector<std::size_t>> m_captionsOf;
};

template <class Figure> Interval interval(std::span<const RetrievalResult> draws, Figure figure)
{
    std::vector<double> values;
    std::ranges::transform(draws, std::back_inserter(values), figure);
    std::ranges::sort(values);
    const auto at = [&](double quantile) {
        return values[static_cast<std::size_t>(std::lround(quantile * static_cast<double>(values.size() - 1)))];
    };
    return { at(0.025), at(0.975) };
}

RecallIntervals intervals(std::span<const RetrievalResult> draws, Recalls RetrievalResult::*side)
{
    const auto of = [&](double Recalls::*figure) {
        return interval(draws, [&](const RetrievalResult& draw) { return draw.*side.*figure; });
    };
    return { of(&Recalls::r1), of(&Recalls::r5), of(&Recalls::r10), of(&Recalls::medr), of(&Recalls::meanr) };
}

} // namespace

RetrievalIntervals bootstrap(std::span<const RankedFold> folds, std::size_t samples, std::uint32_t seed)
{
    const std::vector<Resampler> resamplers(folds.begin(), folds.end());
    std::mt19937 engine(seed);
    std::vector<RetrievalResult> draws;
    for (std::size_t s = 0; s < samples; ++s) {
        std::vector<RetrievalResult> ofFolds;
        for (const Resampler& resampler : resamplers)
            ofFolds.push_back(resampler.draw(engine));
        draws.push_back(mean(ofFolds));
    }
    return { intervals(draws, &RetrievalResult::i2t), intervals(draws, &RetrievalResult::t2i),
        interval(draws, [](const RetrievalResult& draw) { return draw.rsum(); }), samples };
}

} // namespace wordsight::eval
