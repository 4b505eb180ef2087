#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/job_control.h"
#include "core/dataset/regions/region_source.h"

// The three layouts behind openRegions(), each a file of its own.

namespace wordsight::dataset {

/// `attention`: the folder of {id}.npz; `boxes`: of {id}.npy, empty where there is none.
std::unique_ptr<RegionSource> openTeranFolders(
    const std::filesystem::path& attention, const std::filesystem::path& boxes);
std::unique_ptr<RegionSource> openBottomUpTsv(
    const std::filesystem::path& path, const std::vector<std::filesystem::path>& files, const JobControl& job);
std::unique_ptr<RegionSource> openPrecompFolder(const std::filesystem::path& folder);

/// The names that a photograph may go by, the most telling first.
std::vector<std::string> namesOf(const PhotographKey& key);

} // namespace wordsight::dataset
