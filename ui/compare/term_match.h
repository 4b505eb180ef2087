#pragma once

#include <cstddef>
#include <ranges>

#include "core/search/query.h"

namespace wordsight::ui {

/// The term of `others` that is the same word as terms[index], at its first, second, … occurrence; the sentence as a
/// whole answers to the sentence as a whole. -1 where there is none. Both are ranges of search::Term or
/// engine::ExplainedTerm.
int sameTerm(
    const std::ranges::random_access_range auto& terms, int index, const std::ranges::random_access_range auto& others)
{
    if (index < 0 || index >= static_cast<int>(std::ranges::size(terms)))
        return -1;
    const auto& term = terms[static_cast<std::size_t>(index)];
    const auto same = [&term](const auto& other) {
        return other.kind == term.kind && (term.kind == search::TermKind::Global || other.label == term.label);
    };
    int before = 0;
    for (int i = 0; i < index; ++i)
        before += same(terms[static_cast<std::size_t>(i)]) ? 1 : 0;
    for (int i = 0; i < static_cast<int>(std::ranges::size(others)); ++i)
        if (same(others[static_cast<std::size_t>(i)]) && before-- == 0)
            return i;
    return -1;
}

} // namespace wordsight::ui
