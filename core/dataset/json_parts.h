#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/dataset/captions.h"

/// What the readers of data sets in JSON share.
namespace wordsight::dataset {

/// Numbers and text are both used to number photographs.
inline std::string idOf(const nlohmann::json& id)
{
    return id.is_string() ? id.get<std::string>() : std::to_string(id.get<std::int64_t>());
}

/// read(document) of a file, whose problems become Error{UnreadableInput}: "FILE is not `kind`: why". Outlines are nine
/// tenths of a file of instances, and are left out while it is read.
template <class Read> auto readingJson(const std::filesystem::path& file, const char* kind, Read read)
{
    constexpr std::size_t largest = std::size_t { 2 } << 30;
    try {
        return read(readJsonFile(file, { .bytes = largest, .leaveOut = "segmentation" }));
    } catch (const nlohmann::json::exception& problem) {
        throw Error(
            ErrorKind::UnreadableInput, fmt::format("{} is not {}: {}.", file.string(), kind, plainReason(problem)));
    }
}

/// The images of a Karpathy split file, all of them.
std::vector<CaptionedImage> karpathyFrom(const nlohmann::json& document);

} // namespace wordsight::dataset
