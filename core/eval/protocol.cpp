#include "core/eval/protocol.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/error.h"

namespace wordsight::eval {

namespace {

struct Rules {
    std::string_view name;
    std::size_t images; ///< 0: any number
    std::size_t folds;
};

constexpr std::array<Rules, 4> rules { { { "whole", 0, 1 }, { "flickr1k", 1000, 1 }, { "coco1k", 5000, 5 },
    { "coco5k", 5000, 1 } } };

Recalls mean(std::span<const RetrievalResult> results, Recalls RetrievalResult::*side)
{
    Recalls sum;
    for (double Recalls::*figure : { &Recalls::r1, &Recalls::r5, &Recalls::r10, &Recalls::medr, &Recalls::meanr }) {
        for (const RetrievalResult& result : results)
            sum.*figure += result.*side.*figure;
        sum.*figure /= static_cast<double>(std::max<std::size_t>(results.size(), 1));
    }
    return sum;
}

} // namespace

std::string_view name(Protocol protocol)
{
    return rules[static_cast<std::size_t>(protocol)].name;
}

std::optional<Protocol> protocolNamed(std::string_view name)
{
    const auto found = std::ranges::find(rules, name, &Rules::name);
    return found == rules.end() ? std::nullopt : std::optional(static_cast<Protocol>(found - rules.begin()));
}

MatrixView Fold::of(MatrixView scores) const
{
    return scores.block(firstImage, images, firstCaption, owner.size());
}

std::vector<Fold> folds(Protocol protocol, std::size_t images, std::span<const std::size_t> owner)
{
    const Rules& rule = rules[static_cast<std::size_t>(protocol)];
    if (rule.images != 0 && images != rule.images)
        throw Error(ErrorKind::Usage,
            fmt::format("The protocol {} takes {} photographs; this split has {}.", rule.name, rule.images, images));
    std::vector<Fold> result;
    for (std::size_t f = 0; f < rule.folds; ++f) {
        Fold fold { images / rule.folds * f, images / rule.folds, 0, {} };
        const auto begin = std::ranges::lower_bound(owner, fold.firstImage);
        const auto end = std::lower_bound(begin, owner.end(), fold.firstImage + fold.images);
        fold.firstCaption = static_cast<std::size_t>(begin - owner.begin());
        std::transform(
            begin, end, std::back_inserter(fold.owner), [&](std::size_t image) { return image - fold.firstImage; });
        result.push_back(std::move(fold));
    }
    return result;
}

RetrievalResult mean(std::span<const RetrievalResult> results)
{
    return { mean(results, &RetrievalResult::i2t), mean(results, &RetrievalResult::t2i) };
}

} // namespace wordsight::eval
