#include "core/dataset/regions/checks.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"

namespace wordsight::dataset {

void refuse(const std::string& where, const std::string& reason)
{
    throw Error(ErrorKind::UnreadableInput, fmt::format("{}: {}.", where, reason));
}

void requireNumbers(std::span<const float> values, std::size_t columns, const std::string& where)
{
    const auto wrong = std::ranges::find_if(values, [](float value) { return !std::isfinite(value); });
    if (wrong == values.end())
        return;
    const auto at = static_cast<std::size_t>(wrong - values.begin());
    refuse(where,
        fmt::format("region {} has a value that is no finite number ({}) in column {}", at / columns + 1, *wrong,
            at % columns + 1));
}

std::vector<Box> boxesFromCorners(std::span<const float> corners, double width, double height, const std::string& where)
{
    constexpr double pixel = 1; // what a detector may round beyond the edge
    requireNumbers(corners, 4, where);
    std::vector<Box> boxes;
    for (std::size_t i = 0; i + 4 <= corners.size(); i += 4) {
        const double left = corners[i], top = corners[i + 1], right = corners[i + 2], bottom = corners[i + 3];
        const auto box
            = [&] { return fmt::format("box {} ({:g}, {:g}, {:g}, {:g})", i / 4 + 1, left, top, right, bottom); };
        if (right < left || bottom < top)
            refuse(where, box() + " has its corners in the wrong order");
        if (left < -pixel || top < -pixel || right > width + pixel || bottom > height + pixel)
            refuse(where, fmt::format("{} lies outside the photograph, which is {:g} × {:g}", box(), width, height));
        const double x = std::clamp(left / width, 0.0, 1.0), y = std::clamp(top / height, 0.0, 1.0);
        boxes.push_back(
            { static_cast<float>(x), static_cast<float>(y), static_cast<float>(std::clamp(right / width, x, 1.0) - x),
                static_cast<float>(std::clamp(bottom / height, y, 1.0) - y) });
    }
    return boxes;
}

std::vector<std::string> readLines(const std::filesystem::path& file)
{
    std::istringstream text(readTextFile(file));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line); lines.push_back(std::move(line)))
        if (line.ends_with('\r'))
            line.pop_back();
    return lines;
}

} // namespace wordsight::dataset
