#include "core/align/pooling.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace wordsight::align {

namespace {

constexpr auto names = namesOf(Pooling {});

void addBestRegions(const Matrix& alignment, std::vector<float>& earned)
{
    if (alignment.rows == 0)
        return;
    std::vector<float> best(alignment.row(0).begin(), alignment.row(0).end());
    for (std::size_t r = 1; r < alignment.rows; ++r)
        for (std::size_t w = 0; w < alignment.cols; ++w)
            best[w] = std::max(best[w], alignment(r, w));
    std::ranges::transform(earned, best, earned.begin(), std::plus {});
}

void addRegionsWon(const Matrix& alignment, std::vector<float>& earned)
{
    if (alignment.cols == 0)
        return;
    for (std::size_t r = 0; r < alignment.rows; ++r) {
        const auto row = alignment.row(r);
        const auto winner = std::ranges::max_element(row);
        earned[static_cast<std::size_t>(winner - row.begin())] += *winner;
    }
}

void addAllRegions(const Matrix& alignment, std::vector<float>& earned)
{
    for (std::size_t r = 0; r < alignment.rows; ++r)
        std::ranges::transform(earned, alignment.row(r), earned.begin(), std::plus {});
}

} // namespace

std::string_view name(Pooling pooling)
{
    return nameOf(pooling);
}

std::span<const std::string_view> poolingNames()
{
    return names;
}

std::optional<Pooling> poolingNamed(std::string_view name)
{
    const auto sameLetters = [&](std::string_view candidate) {
        return std::ranges::equal(candidate, name,
            [](char a, char b) { return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b))); });
    };
    const auto found = std::ranges::find_if(names, sameLetters);
    if (found == names.end())
        return std::nullopt;
    return static_cast<Pooling>(found - names.begin());
}

std::vector<float> wordScores(const Matrix& alignment, Pooling pooling)
{
    std::vector<float> earned(alignment.cols);
    switch (pooling) {
    case Pooling::MrSw:
    case Pooling::MrAVGw:
        addBestRegions(alignment, earned);
        break;
    case Pooling::MwSr:
        addRegionsWon(alignment, earned);
        break;
    case Pooling::Symmetric:
        addBestRegions(alignment, earned);
        addRegionsWon(alignment, earned);
        break;
    case Pooling::Sum:
    case Pooling::Mean:
        addAllRegions(alignment, earned);
        break;
    }
    if (pooling == Pooling::Mean && alignment.rows > 0)
        for (float& value : earned)
            value /= static_cast<float>(alignment.rows);
    return earned;
}

std::vector<float> factors(std::span<const float> weights, Pooling pooling)
{
    std::vector<float> result(weights.begin(), weights.end());
    const auto counting = std::ranges::count_if(weights, [](float weight) { return weight != 0; });
    if ((pooling == Pooling::MrAVGw || pooling == Pooling::Mean) && counting > 0)
        for (float& factor : result)
            factor /= static_cast<float>(counting);
    return result;
}

std::vector<float> contributions(const Matrix& alignment, std::span<const float> weights, Pooling pooling)
{
    std::vector<float> result = wordScores(alignment, pooling);
    std::ranges::transform(result, factors(weights, pooling), result.begin(), std::multiplies {});
    return result;
}

float score(const Matrix& alignment, std::span<const float> weights, Pooling pooling)
{
    const std::vector<float> parts = contributions(alignment, weights, pooling);
    return std::accumulate(parts.begin(), parts.end(), 0.0f);
}

} // namespace wordsight::align
