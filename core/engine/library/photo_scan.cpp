#include "core/engine/library/photo_scan.h"

#include <algorithm>

#include <sys/stat.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/image/decode.h"

namespace wordsight::engine {

namespace {

namespace fs = std::filesystem;

void add(std::vector<FoundFile>& found, const fs::path& path)
{
    struct stat status { };
    if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode))
        found.push_back({ path, status.st_size, status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec });
}

bool isHidden(const fs::path& path)
{
    return path.filename().native().starts_with('.');
}

void walk(std::vector<FoundFile>& found, const fs::path& folder, const fs::path& skip)
{
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_directory(ignored)) {
            if (isHidden(entry->path()) || entry->path() == skip)
                entry.disable_recursion_pending();
        } else if (!isHidden(entry->path()) && image::hasPhotographExtension(entry->path())) {
            add(found, entry->path());
        }
    }
}

} // namespace

std::vector<FoundFile> findPhotographs(std::span<const fs::path> paths, const fs::path& skip)
{
    std::vector<FoundFile> found;
    for (const fs::path& given : paths) {
        std::error_code error;
        const fs::path path = fs::absolute(given).lexically_normal();
        if (fs::is_directory(path, error))
            walk(found, path.has_filename() ? path : path.parent_path(), skip);
        else if (fs::exists(path, error))
            add(found, path);
        else
            throw Error(
                ErrorKind::UnreadableInput, fmt::format("There is no folder or photograph {}.", given.string()));
    }
    std::ranges::sort(found, {}, &FoundFile::path);
    const auto repeated = std::ranges::unique(found, {}, &FoundFile::path);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

} // namespace wordsight::engine
