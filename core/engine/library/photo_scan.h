#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/engine/library/exclusions.h"
#include "core/store/library.h"

namespace wordsight::engine {

/// A file that may be a photograph.
struct FoundFile {
    std::filesystem::path path; ///< absolute
    std::int64_t bytes = 0;
    std::int64_t modified = 0; ///< nanoseconds since the epoch
};

/// A folder, recursively, or a file that is gone over.
struct ScanRoot {
    std::filesystem::path path; ///< absolute, without a slash at its end
    Exclusions exclusions {};
    bool enterLinks = true;
};

/// What became of a folder, or of a link to one.
struct ScannedFolder {
    enum class State {
        Listed,
        Unlisted,         ///< it cannot be seen what is in it: `reason`
        LeftOut,          ///< a person's choice, or no place of photographs: `reason`
        EnteredElsewhere, ///< a link to a folder that is gone over under another name
    };
    State state = State::Listed;
    std::string reason {};
    std::int64_t device = 0; ///< of those that are listed
    bool isMountPoint = false;
    bool isEmpty = false;
    bool isTold = false; ///< not listed for a reason that a person may not know of
};

struct PhotoScan {
    std::vector<FoundFile> files;            ///< by path, each once
    std::vector<store::Rejected> odd;        ///< named like photographs, but no files that could be read; never opened
    std::unordered_set<std::string> leftOut; ///< photographs that are left out one by one
    std::unordered_map<std::string, ScannedFolder> folders;
    std::map<std::string, std::int64_t> passedOver; ///< files of other kinds, by the ending of their names
};

/// Looks for the photographs at and below `roots`. Every folder is judged by itself: one that cannot be listed says why
/// and stops nothing. Links to folders are entered after all else, each real folder once, so that cycles end. Left out
/// are hidden folders, those that hold a library (whatever name leads there), other programs' caches (CACHEDIR.TAG,
/// isKeptByOthers), what .nomedia and .wordsightignore say, and a root's exclusions. A root that is not there, or
/// cannot be looked at, is an Unlisted folder. `library`: the folder of the library that is made of them.
PhotoScan scanPhotographs(std::span<const ScanRoot> roots, const std::filesystem::path& library);

} // namespace wordsight::engine
