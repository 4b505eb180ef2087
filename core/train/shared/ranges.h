#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

namespace wordsight::train {

/// Captions that a validation puts through a network at once.
inline constexpr std::int64_t kCaptionsPerValidationBatch = 500;

/// first, first + 1, … last − 1.
inline std::vector<std::int64_t> range(std::int64_t first, std::int64_t last)
{
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(last - first));
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

} // namespace wordsight::train
