#include "core/engine/library/index_plan.h"

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include <sys/stat.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace wordsight::engine {

namespace {

namespace fs = std::filesystem;
using State = ScannedFolder::State;
using KnownFiles = std::unordered_map<std::string, store::KnownFile>; // by path

constexpr std::int64_t kMany = 5; ///< photographs that a person hardly deletes one by one, leaving the folder

KnownFiles knownFiles(const store::Library& library, const std::string& fingerprint)
{
    KnownFiles known;
    for (store::KnownFile& file : library.knownFiles(fingerprint)) {
        std::string path = file.path.native();
        known.emplace(std::move(path), std::move(file));
    }
    return known;
}

/// "photos/" is "photos".
fs::path plainPath(const fs::path& given)
{
    fs::path path = fs::absolute(given).lexically_normal();
    return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

std::vector<ScanRoot> scanRoots(const store::Library& library, std::span<const fs::path> paths)
{
    const std::vector<fs::path> own = library.roots();
    std::vector<ScanRoot> roots;
    for (const fs::path& given : paths) {
        const fs::path path = plainPath(given);
        const auto isThis = [&](const fs::path& root) { return plainPath(root) == path; };
        if (isMissing(path) && std::ranges::none_of(own, isThis))
            throw Error(
                ErrorKind::UnreadableInput, fmt::format("There is no folder or photograph {}.", given.string()));
        ScanRoot& root = roots.emplace_back(ScanRoot { path });
        for (const fs::path& ruling : own) // by path: the innermost last
            if (isAtOrBelow(path, plainPath(ruling))) {
                const store::RootRules rules = library.rootRules(ruling);
                root.exclusions = { plainPath(ruling), rules.exclude };
                root.enterLinks = rules.enterLinks;
            }
    }
    std::ranges::sort(roots, {}, &ScanRoot::path);
    const auto repeated = std::ranges::unique(roots, {}, &ScanRoot::path);
    roots.erase(repeated.begin(), repeated.end());
    return roots;
}

/// Sorts out what was looked for and not found.
class Missing {
public:
    Missing(IndexPlan& plan, const PhotoScan& scan, const store::Library& library)
        : m_plan(plan)
        , m_scan(scan)
        , m_mounts(library.mounts())
    {
        for (const IndexPlan::Root& root : plan.roots)
            m_isRoot.insert(root.path.native());
    }

    /// A photograph whose file was found, or was not, counts for all folders above it.
    void count(const store::KnownFile& file, bool found)
    {
        if (file.photo.value == 0)
            return;
        for (IndexPlan::Root& root : m_plan.roots)
            if (isAtOrBelow(file.path, root.path)) {
                ++root.known;
                break;
            }
        for (fs::path folder = file.path.parent_path();; folder = folder.parent_path()) {
            Seen& seen = m_seen[folder.native()];
            ++(found ? seen.found : seen.missing);
            if (m_isRoot.contains(folder.native()) || !folder.has_relative_path())
                break;
        }
    }

    /// After all were counted.
    void judgeMounts()
    {
        for (const store::MountState& mount : m_mounts)
            if (const std::string why = whyAnother(mount); !why.empty())
                m_another.emplace(mount.path.native(), why);
    }

    void judge(const store::KnownFile& file)
    {
        for (fs::path folder = file.path; folder.has_relative_path(); folder = folder.parent_path())
            if (const auto another = m_another.find(folder.native()); another != m_another.end())
                return keep(folder, another->second, file, false);
        fs::path below = file.path; // what is missing from the folder
        auto state = m_scan.folders.find(below.native());
        while (state == m_scan.folders.end() && below.has_relative_path()) {
            const fs::path parent = below.parent_path();
            if (state = m_scan.folders.find(parent.native()); state == m_scan.folders.end())
                below = parent;
        }
        if (state == m_scan.folders.end())
            return; // nobody looked there
        const fs::path folder(state->first);
        switch (state->second.state) {
        case State::Unlisted:
            return keep(folder, state->second.reason, file, !isMissing(folder));
        case State::LeftOut:
        case State::EnteredElsewhere:
            return forget(file, m_plan.leftOut);
        case State::Listed:
            return judgeIn(folder, state->second, below, file);
        }
    }

    /// Where file systems begin now, as far as they are those that were meant.
    void rememberMounts()
    {
        const auto wasKnown = [&](const fs::path& path) {
            return std::ranges::find(m_mounts, path, &store::MountState::path) != m_mounts.end();
        };
        for (const auto& [name, folder] : m_scan.folders) {
            const fs::path path(name);
            if (folder.state != State::Listed || m_another.contains(name))
                continue;
            const auto parent = m_scan.folders.find(path.parent_path().native());
            const bool begins = m_isRoot.contains(name) || folder.isMountPoint
                || (parent != m_scan.folders.end() && parent->second.state == State::Listed
                    && parent->second.device != folder.device);
            if (begins || wasKnown(path))
                m_plan.mounts.push_back({ path, folder.device, folder.isMountPoint });
        }
        std::ranges::sort(m_plan.mounts, {}, &store::MountState::path);
        std::erase_if(m_plan.mounts,
            [&](const store::MountState& mount) { return std::ranges::find(m_mounts, mount) != m_mounts.end(); });
    }

private:
    struct Seen {
        std::int64_t found = 0;
        std::int64_t missing = 0;
    };

    Seen seen(const fs::path& folder) const
    {
        const auto at = m_seen.find(folder.native());
        return at == m_seen.end() ? Seen {} : at->second;
    }

    /// Why a folder is not the one that it was, where nothing of what it had is there; else empty.
    std::string whyAnother(const store::MountState& mount) const
    {
        if (seen(mount.path).found > 0 || seen(mount.path).missing == 0)
            return {};
        const auto now = m_scan.folders.find(mount.path.native());
        if (now == m_scan.folders.end())
            return mount.isMountPoint && isMissing(mount.path) ? "it is not mounted" : "";
        if (now->second.state != State::Listed)
            return {};
        if (mount.isMountPoint && !now->second.isMountPoint)
            return "it is not mounted";
        return mount.device == now->second.device ? "" : "another file system is there than before";
    }

    void judgeIn(
        const fs::path& folder, const ScannedFolder& state, const fs::path& below, const store::KnownFile& file)
    {
        if (m_scan.leftOut.contains(below.native()))
            return forget(file, m_plan.leftOut);
        if (!isMissing(below))
            return judgeUnfound(below, file);
        const Seen here = seen(folder);
        const bool hadMany = here.missing >= kMany || m_isRoot.contains(folder.native());
        if (!state.isEmpty || !hadMany || file.photo.value == 0)
            return forget(file, m_plan.gone);
        auto emptied = std::ranges::find(m_plan.emptied, folder, &IndexPlan::Emptied::folder);
        if (emptied == m_plan.emptied.end())
            emptied = m_plan.emptied.insert(emptied, { folder, {} });
        emptied->photos.push_back(file.photo);
    }

    /// Something is there, which is no photograph.
    void judgeUnfound(const fs::path& there, const store::KnownFile& file)
    {
        std::error_code error;
        if (!fs::exists(there, error) && !error)
            return keep(there, "it is a link that leads nowhere", file, false);
        if (there == file.path && !fs::is_regular_file(there, error)) // not one that came back just now
            forget(file, m_plan.leftOut);
    }

    void keep(const fs::path& folder, const std::string& reason, const store::KnownFile& file, bool isUnreadable)
    {
        auto place = std::ranges::find(m_plan.offline, folder, &OfflinePlace::path);
        if (place == m_plan.offline.end())
            place = m_plan.offline.insert(
                place, { folder, reason, 0, m_isRoot.contains(folder.native()), isUnreadable, false });
        place->photographs += file.photo.value != 0 ? 1 : 0;
    }

    void forget(const store::KnownFile& file, std::vector<PhotoId>& photos)
    {
        if (file.photo.value != 0)
            photos.push_back(file.photo);
        if (file.asRejected)
            m_plan.goneRejected.push_back(file.path);
    }

    IndexPlan& m_plan;
    const PhotoScan& m_scan;
    std::vector<store::MountState> m_mounts;
    std::unordered_set<std::string> m_isRoot;
    std::unordered_map<std::string, Seen> m_seen;           ///< by folder, with all below it
    std::unordered_map<std::string, std::string> m_another; ///< folders that are not what they were, and why
};

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

/// Folders that cannot be seen are told also where nothing is known of them.
void addUnlisted(IndexPlan& plan, const PhotoScan& scan)
{
    const auto isRoot = [&](const fs::path& path) {
        return std::ranges::find(plan.roots, path, &IndexPlan::Root::path) != plan.roots.end();
    };
    for (const auto& [name, folder] : scan.folders) {
        const fs::path path(name);
        if (folder.isTold && folder.state != State::Unlisted)
            plan.notEntered.push_back({ path, folder.reason });
        if (folder.state == State::Unlisted
            && std::ranges::find(plan.offline, path, &OfflinePlace::path) == plan.offline.end())
            plan.offline.push_back({ path, folder.reason, 0, isRoot(path), !isMissing(path), false });
    }
    std::ranges::sort(plan.offline, {}, &OfflinePlace::path);
    std::ranges::sort(plan.notEntered, {}, &store::Unseen::path);
}

} // namespace

bool isMissing(const fs::path& path)
{
    struct stat status { };
    return ::lstat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

bool isAtOrBelow(const fs::path& path, const fs::path& folder)
{
    const std::string& whole = path.native();
    const std::string& start = folder.native();
    return whole.starts_with(start) && (whole.size() == start.size() || whole[start.size()] == '/' || start == "/");
}

IndexPlan planIndex(const store::Library& library, std::span<const fs::path> paths, const std::string& fingerprint)
{
    IndexPlan plan { fingerprint, {}, 0, 0, {} };
    const std::vector<ScanRoot> roots = scanRoots(library, paths);
    PhotoScan scan = scanPhotographs(roots, library.folder());
    for (const ScanRoot& root : roots)
        plan.roots.push_back({ root.path });
    std::ranges::reverse(plan.roots);
    KnownFiles known = knownFiles(library, fingerprint);
    Missing missing(plan, scan, library);
    for (const FoundFile& file : scan.files) {
        const auto entry = known.find(file.path.native());
        add(plan, file, entry == known.end() ? nullptr : &entry->second);
        if (entry != known.end()) {
            missing.count(entry->second, true);
            known.erase(entry);
        }
    }
    for (store::Rejected& odd : scan.odd) {
        const auto entry = known.find(odd.path.native());
        if (entry != known.end() && entry->second.asRejected == store::KnownFile::State { odd.bytes, odd.modified })
            ++plan.rejected;
        else
            plan.odd.push_back(std::move(odd));
        if (entry != known.end())
            known.erase(entry);
    }
    std::erase_if(known, [&](const auto& entry) {
        return std::ranges::none_of(
            roots, [&](const ScanRoot& root) { return isAtOrBelow(entry.second.path, root.path); });
    });
    for (const auto& [path, file] : known)
        missing.count(file, false);
    missing.judgeMounts();
    for (const auto& [path, file] : known)
        missing.judge(file);
    missing.rememberMounts();
    addUnlisted(plan, scan);
    plan.passedOver = std::move(scan.passedOver);
    return plan;
}

} // namespace wordsight::engine
