#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/engine/library/photo_scan.h"
#include "core/store/library.h"

namespace wordsight::engine {

/// A place whose photographs are kept though their files cannot be seen now.
struct OfflinePlace {
    std::filesystem::path path;
    std::string reason;           ///< as after a colon: "it is not there"
    std::int64_t photographs = 0; ///< known there
    bool isRoot = false;          ///< one of the paths that were gone over
    bool isUnreadable = false;    ///< it is there, but cannot be looked into
    bool mayBeDeleted = false;    ///< a person knows: IndexPlan::prune forgets them
};

/// What a model has to do to bring a library up to date with folders, known before any model is opened.
struct IndexPlan {
    std::string fingerprint;      ///< of the model
    std::vector<FoundFile> fresh; ///< to be read: new, changed, or moved here
    std::int64_t unchanged = 0;   ///< photographs known already, by path, size and time
    std::int64_t rejected = 0;    ///< files refused before that are the same still
    std::vector<PhotoId> gone;    ///< whose file is no longer there: deleted, or moved to one of `fresh`
    std::vector<std::filesystem::path> goneRejected {}; ///< refused files that are no longer there

    std::vector<store::Rejected> odd {}; ///< named like photographs, but no files that could be read
    std::vector<PhotoId> leftOut {};     ///< known, but no photographs of a person's, or not wanted: forgotten unasked

    /// A folder of this file system that is empty and had many.
    struct Emptied {
        std::filesystem::path folder;
        std::vector<PhotoId> photos;
    };
    std::vector<Emptied> emptied {};
    std::vector<OfflinePlace> offline {}; ///< what is at and below them stays as it is
    /// One of the paths that were gone over.
    struct Root {
        std::filesystem::path path;
        std::int64_t known = 0; ///< photographs
    };
    std::vector<Root> roots {};                        ///< an inner one before the outer one
    std::vector<store::MountState> mounts {};          ///< to be remembered
    std::map<std::string, std::int64_t> passedOver {}; ///< files of other kinds, by the ending of their names
    std::vector<store::Unseen> notEntered {}; ///< folders that are left out where a person may not know, and why
    bool prune = false; ///< a person says: what is not there was deleted, however much it is. Set by whoever runs it.

    bool isEmpty() const
    {
        return fresh.empty() && gone.empty() && goneRejected.empty() && odd.empty() && leftOut.empty();
    }
};

/// Looks for the photographs below `paths` (folders, recursively, or files) and compares them with what the library
/// knows, in one question. Gone is only what was seen to be missing from a folder that could be listed; not where a
/// folder cannot be seen, is empty where many were, or is on another file system than before and has nothing of what
/// it had. Throws Error{UnreadableInput} if a path given does not exist and is no root of the library.
IndexPlan planIndex(
    const store::Library& library, std::span<const std::filesystem::path> paths, const std::string& fingerprint);

/// Whether nothing is there: not where one may not look.
bool isMissing(const std::filesystem::path& path);
/// Whether `path` is `folder` or lies below it. Both absolute, without a slash at their end.
bool isAtOrBelow(const std::filesystem::path& path, const std::filesystem::path& folder);

} // namespace wordsight::engine
