#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "core/engine/searcher.h"

namespace wordsight::ui {

/// How far contributions reach to either side of zero; both are ≥ 0.
struct ContributionExtent {
    float against = 0;
    float inFavour = 0;

    static ContributionExtent of(std::span<const engine::ExplainedTerm> terms)
    {
        ContributionExtent extent;
        for (const engine::ExplainedTerm& term : terms)
            (term.contribution < 0 ? extent.against : extent.inFavour) += std::abs(term.contribution);
        return extent;
    }

    void include(const ContributionExtent& other)
    {
        against = std::max(against, other.against);
        inFavour = std::max(inFavour, other.inFavour);
    }
};

} // namespace wordsight::ui
