#include "core/engine/library/photo_scan.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/decode.h"

namespace wordsight::engine {

namespace {

namespace fs = std::filesystem;
using State = ScannedFolder::State;
using FileId = std::pair<dev_t, ino_t>;
/// All that is left out by patterns at some place: the root's, then those of every .wordsightignore on the way.
using Patterns = std::vector<std::shared_ptr<const Exclusions>>;

std::string reasonOf(int error)
{
    return std::generic_category().message(error);
}

bool isHidden(const fs::path& path)
{
    return path.filename().native().starts_with('.');
}

bool isMountPoint(const fs::path& folder)
{
    struct statx status { };
    return ::statx(AT_FDCWD, folder.c_str(), AT_NO_AUTOMOUNT, STATX_TYPE, &status) == 0
        && (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

const char* kindOf(const struct stat& status)
{
    switch (status.st_mode & S_IFMT) {
    case S_IFIFO:
        return "It is a pipe, not a file.";
    case S_IFSOCK:
        return "It is a socket, not a file.";
    case S_IFCHR:
    case S_IFBLK:
        return "It is a device, not a file.";
    default:
        return "It is no file.";
    }
}

/// The standard's mark of a folder that can be made again (https://bford.info/cachedir).
bool isCacheTag(const fs::path& file)
{
    struct stat status { };
    if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size > 65536)
        return false;
    try {
        return readTextFile(file).starts_with("Signature: 8a477f597d28d172789f06886806bc55");
    } catch (const Error&) {
        return false;
    }
}

bool holdsLibrary(const fs::path& folder)
{
    struct stat status { };
    return ::stat((folder / "library.db").c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// Whether a folder lies in the own part of a library, by its real path.
bool liesInLibrary(const fs::path& folder, const fs::path& library)
{
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error)
        return false;
    if (const fs::path own = fs::canonical(library, error); !error && real == own)
        return true;
    for (fs::path inner = real; inner.has_relative_path(); inner = inner.parent_path())
        if ((inner.filename() == "thumbs" || inner.filename() == "vectors") && holdsLibrary(inner.parent_path()))
            return true;
    return false;
}

class Scanner {
public:
    Scanner(PhotoScan& scan, const fs::path& library)
        : m_scan(scan)
        , m_library(library)
    {
    }

    void goOver(const ScanRoot& root)
    {
        struct stat status { };
        if (::stat(root.path.c_str(), &status) != 0)
            return remember(root.path, State::Unlisted, errno == ENOENT ? "it is not there" : reasonOf(errno));
        if (!S_ISDIR(status.st_mode))
            return file(root.path, status);
        if (const auto known = m_scan.folders.find(root.path.native()); known != m_scan.folders.end()) {
            if (known->second.state != State::LeftOut)
                return;                  // gone over from above
            m_scan.folders.erase(known); // left out there, but named itself
        }
        if (liesInLibrary(root.path, {}))
            return remember(root.path, State::LeftOut, "it belongs to a library");
        std::error_code error;
        const bool isLinked = fs::canonical(root.path, error) != root.path;
        Folder folder { root.path, { std::make_shared<Exclusions>(root.exclusions) }, status, true, isLinked,
            root.enterLinks };
        m_waiting.push_back(std::move(folder));
        goOn();
    }

    /// Links to folders come last, so that what lies below a root is known by its own name.
    void enterLinks()
    {
        while (!m_links.empty()) {
            Folder link = std::move(m_links.back());
            m_links.pop_back();
            if (m_entered.contains({ link.status.st_dev, link.status.st_ino }))
                remember(link.path, State::EnteredElsewhere, "it leads to a folder that is gone over already");
            else if (liesInLibrary(link.path, m_library))
                remember(link.path, State::LeftOut, "it belongs to a library");
            else
                m_waiting.push_back(std::move(link));
            goOn();
        }
    }

private:
    struct Folder {
        fs::path path;
        Patterns patterns;
        struct stat status;
        bool isRoot = false;
        bool isLinked = false; ///< reached through a link
        bool enterLinks = true;
    };

    void remember(const fs::path& folder, State state, std::string reason)
    {
        m_scan.folders.try_emplace(folder.native(), ScannedFolder { state, std::move(reason), 0, false, false, true });
    }

    /// What nobody expects to be gone over.
    void passOver(const fs::path& folder, std::string reason)
    {
        m_scan.folders.try_emplace(folder.native(), ScannedFolder { State::LeftOut, std::move(reason) });
    }

    void goOn()
    {
        while (!m_waiting.empty()) {
            Folder folder = std::move(m_waiting.back());
            m_waiting.pop_back();
            list(folder);
        }
    }

    void list(Folder& folder)
    {
        // Only through links does one come to where one was: numbers of files are not to be relied on everywhere.
        if (!m_entered.insert({ folder.status.st_dev, folder.status.st_ino }).second && folder.isLinked)
            return remember(folder.path, State::EnteredElsewhere, "it is gone over under another name");
        std::vector<fs::path> entries;
        std::error_code error;
        fs::directory_iterator entry(folder.path, error);
        for (; !error && entry != fs::directory_iterator(); entry.increment(error))
            entries.push_back(entry->path());
        if (error) // also half way: what was not seen may be there
            remember(folder.path, State::Unlisted, error.message());
        std::ranges::sort(entries);
        if (isLeftOut(folder, entries))
            return;
        for (const fs::path& each : entries)
            visit(folder, each);
        m_scan.folders.try_emplace(folder.path.native(),
            ScannedFolder { State::Listed, {}, static_cast<std::int64_t>(folder.status.st_dev),
                isMountPoint(folder.path), entries.empty() });
    }

    /// By what lies in it. Other programs' marks do not count where a person named the folder.
    bool isLeftOut(Folder& folder, const std::vector<fs::path>& entries)
    {
        const auto has = [&](const char* name) { return std::ranges::binary_search(entries, folder.path / name); };
        if (!folder.isRoot && has("library.db") && holdsLibrary(folder.path)) {
            remember(folder.path, State::LeftOut, "it holds a library");
            return true;
        }
        if (!folder.isRoot && has(".nomedia")) {
            remember(folder.path, State::LeftOut, "it holds a file .nomedia");
            return true;
        }
        if (!folder.isRoot && has("CACHEDIR.TAG") && isCacheTag(folder.path / "CACHEDIR.TAG")) {
            remember(folder.path, State::LeftOut, "it is a cache of another program");
            return true;
        }
        const fs::path ignore = folder.path / ".wordsightignore";
        struct stat status { };
        if (has(".wordsightignore") && ::stat(ignore.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
            try {
                folder.patterns.push_back(std::make_shared<Exclusions>(readExclusions(ignore)));
            } catch (const Error& problem) {
                remember(folder.path, State::Unlisted, problem.what());
                return true;
            }
        }
        return false;
    }

    void visit(const Folder& parent, const fs::path& path)
    {
        struct stat itself { };
        struct stat status { };
        if (::lstat(path.c_str(), &itself) != 0)
            return visitUnknown(parent.path, path, errno);
        if (::stat(path.c_str(), &status) != 0)
            return visitUnknown(S_ISLNK(itself.st_mode) ? path : parent.path, path, errno);
        const bool isFolder = S_ISDIR(status.st_mode);
        const bool isExcluded = std::ranges::any_of(
            parent.patterns, [&](const auto& patterns) { return patterns->match(path, isFolder); });
        if (!isFolder) {
            if (isHidden(path))
                return;
            if (isExcluded && image::hasPhotographExtension(path))
                m_scan.leftOut.insert(path.native());
            if (!isExcluded)
                fileIn(path, status);
            return;
        }
        if (isExcluded)
            return passOver(path, "a pattern leaves it out");
        if (isHidden(path) || isKeptByOthers(path) || isOfLibrary(parent, path))
            return passOver(path, "it is no place of photographs");
        Folder folder { path, parent.patterns, status, false, parent.isLinked, parent.enterLinks };
        if (!S_ISLNK(itself.st_mode)) {
            m_waiting.push_back(std::move(folder));
        } else if (folder.enterLinks) {
            folder.isLinked = true;
            m_links.push_back(std::move(folder));
        } else {
            remember(path, State::LeftOut, "links are not entered");
        }
    }

    /// A person may keep the library among the photographs.
    static bool isOfLibrary(const Folder& parent, const fs::path& path)
    {
        return parent.isRoot && (path.filename() == "thumbs" || path.filename() == "vectors")
            && holdsLibrary(parent.path);
    }

    /// Something is there, but `closed` does not let one look at it: the folder, of which names may be read and no
    /// more, or the link itself.
    void visitUnknown(const fs::path& closed, const fs::path& path, int error)
    {
        if (error == ENOENT || error == ELOOP || error == ENOTDIR)
            return; // went away just now, or a link that leads nowhere
        if (error == EACCES)
            return remember(closed, State::Unlisted, reasonOf(error));
        if (image::hasPhotographExtension(path))
            m_scan.odd.push_back({ path, 0, 0, reasonOf(error) + "." });
        else
            remember(path, State::Unlisted, reasonOf(error));
    }

    void fileIn(const fs::path& path, const struct stat& status)
    {
        if (image::hasPhotographExtension(path))
            return file(path, status);
        if (S_ISREG(status.st_mode))
            ++m_scan.passedOver[lowerSuffix(path)];
    }

    void file(const fs::path& path, const struct stat& status)
    {
        const std::int64_t modified = status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec;
        if (S_ISREG(status.st_mode))
            m_scan.files.push_back({ path, status.st_size, modified });
        else
            m_scan.odd.push_back({ path, 0, modified, kindOf(status) });
    }

    PhotoScan& m_scan;
    const fs::path& m_library;
    std::vector<Folder> m_waiting;
    std::vector<Folder> m_links;
    std::set<FileId> m_entered;
};

} // namespace

PhotoScan scanPhotographs(std::span<const ScanRoot> roots, const fs::path& library)
{
    PhotoScan scan;
    Scanner scanner(scan, library);
    for (const ScanRoot& root : roots)
        scanner.goOver(root);
    scanner.enterLinks();
    std::ranges::sort(scan.files, {}, &FoundFile::path);
    const auto repeated = std::ranges::unique(scan.files, {}, &FoundFile::path);
    scan.files.erase(repeated.begin(), repeated.end());
    return scan;
}

} // namespace wordsight::engine
