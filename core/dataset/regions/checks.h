#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/data/box.h"

namespace wordsight::dataset {

/// Throws Error{UnreadableInput}: "<where>: <reason>."
[[noreturn]] void refuse(const std::string& where, const std::string& reason);

/// Throws Error{UnreadableInput} that says where the first value that is no number stands; `columns` a row.
void requireNumbers(std::span<const float> values, std::size_t columns, const std::string& where);

/// corners [R × 4] as x1, y1, x2, y2 in a photograph of that size → fractions. A detector's rounding may reach a pixel
/// beyond the photograph; what reaches further is refused, as are corners in the wrong order.
std::vector<Box> boxesFromCorners(
    std::span<const float> corners, double width, double height, const std::string& where);

/// Lines of a text file without their ends; the last line may end or not. Throws Error{UnreadableInput}.
std::vector<std::string> readLines(const std::filesystem::path& file);

} // namespace wordsight::dataset
