#include "core/dataset/regions/region_source.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/dataset/regions/layouts.h"

namespace wordsight::dataset {

namespace {

namespace fs = std::filesystem;

bool isNumber(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string withoutZeros(const std::string& number)
{
    return number.substr(std::min(number.find_first_not_of('0'), number.size() - 1));
}

/// The entries of a folder whose names end so, by name.
std::vector<fs::path> entriesEndingIn(const fs::path& folder, std::string_view suffix)
{
    std::vector<fs::path> found;
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed))
        if (entry.path().filename().string().ends_with(suffix))
            found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
}

/// "bu_att" → "bu_box", which may not be there; data sets put their names in front ("cocobu_att").
fs::path boxFolderOf(const fs::path& attention)
{
    const std::string name = attention.filename().string();
    const fs::path boxes = attention.parent_path() / (name.substr(0, name.size() - 3) + "box");
    return fs::is_directory(boxes) ? boxes : fs::path();
}

std::vector<fs::path> tsvFiles(const fs::path& folder)
{
    std::vector<fs::path> files = entriesEndingIn(folder, "");
    std::erase_if(files, [](const fs::path& file) { // large ones are cut: "train.tsv.0", "train.tsv.1"
        const std::string name = file.filename().string();
        return !fs::is_regular_file(file) || (!name.ends_with(".tsv") && name.find(".tsv.") == std::string::npos);
    });
    return files;
}

} // namespace

std::vector<std::string> namesOf(const PhotographKey& key)
{
    const fs::path file(key.file);
    const std::string stem = file.stem().string();
    std::vector<std::string> names { key.file, file.filename().string(), stem };
    const std::size_t underscore = stem.rfind('_');
    const std::string last = underscore == std::string::npos ? stem : stem.substr(underscore + 1);
    if (isNumber(last) && (underscore == std::string::npos || stem.starts_with("COCO_"))) // COCO_val2014_000000391895
        names.push_back(withoutZeros(last));
    names.insert(names.end(), key.ids.begin(), key.ids.end());
    if (const std::string first = stem.substr(0, stem.find('_')); isNumber(first)) // Flickr's 1000268201_693b08cb0e
        names.push_back(first);
    return names;
}

std::unique_ptr<RegionSource> openRegions(const fs::path& path, const JobControl& job)
{
    const fs::path given = path.has_filename() ? path : path.parent_path();
    if (!fs::exists(given))
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("There are no features at {}: the path does not exist.", given.string()));
    if (!fs::is_directory(given))
        return openBottomUpTsv(given, { given }, job);
    if (given.filename().string().ends_with("bu_att"))
        return openTeranFolders(given, boxFolderOf(given));
    if (const auto folders = entriesEndingIn(given, "bu_att"); !folders.empty())
        return openTeranFolders(folders.front(), boxFolderOf(folders.front()));
    if (!entriesEndingIn(given, "_ims.npy").empty())
        return openPrecompFolder(given);
    if (const auto files = tsvFiles(given); !files.empty())
        return openBottomUpTsv(given, files, job);
    throw Error(ErrorKind::UnreadableInput,
        fmt::format("{} holds no features in a known layout: neither a folder bu_att (with bu_box beside it), nor a "
                    "bottom-up .tsv, nor "
                    "{{split}}_ims.npy.",
            given.string()));
}

} // namespace wordsight::dataset
