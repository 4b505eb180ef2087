#include "core/engine/library/index_plan.h"

#include <algorithm>
#include <unordered_map>

namespace wordsight::engine {

namespace {

namespace fs = std::filesystem;

using KnownFiles = std::unordered_map<std::string, store::KnownFile>; // by path

KnownFiles knownFiles(const store::Library& library, const std::string& fingerprint)
{
    KnownFiles known;
    for (store::KnownFile& file : library.knownFiles(fingerprint)) {
        std::string path = file.path.native();
        known.emplace(std::move(path), std::move(file));
    }
    return known;
}

bool isBelow(const fs::path& path, const fs::path& given)
{
    fs::path root = fs::absolute(given).lexically_normal();
    if (!root.has_filename()) // "photos/" is "photos"
        root = root.parent_path();
    return std::ranges::mismatch(root, path).in1 == root.end();
}

/// Sorts out one file that was found.
void add(IndexPlan& plan, const FoundFile& found, const store::KnownFile* known)
{
    const store::KnownFile::State state { found.bytes, found.modified };
    if (known && known->encoded && known->asPhotograph == state)
        ++plan.unchanged;
    else if (known && known->asRejected == state)
        ++plan.rejected;
    else
        plan.fresh.push_back(found);
}

} // namespace

IndexPlan planIndex(const store::Library& library, std::span<const fs::path> paths, const std::string& fingerprint)
{
    IndexPlan plan { fingerprint, {}, 0, 0, {}, {} };
    const std::vector<FoundFile> found = findPhotographs(paths, library.folder());
    KnownFiles known = knownFiles(library, fingerprint);
    for (const FoundFile& file : found) {
        const auto entry = known.find(file.path.native());
        add(plan, file, entry == known.end() ? nullptr : &entry->second);
        if (entry != known.end())
            known.erase(entry);
    }
    if (found.empty())
        return plan;
    for (const auto& [path, file] : known) {
        std::error_code ignored;
        if (!std::ranges::any_of(paths, [&](const fs::path& given) { return isBelow(file.path, given); })
            || fs::exists(file.path, ignored))
            continue;
        if (file.photo.value != 0)
            plan.gone.push_back(file.photo);
        if (file.asRejected)
            plan.goneRejected.push_back(file.path);
    }
    return plan;
}

} // namespace wordsight::engine
