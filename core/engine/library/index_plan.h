#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/engine/library/photo_scan.h"
#include "core/store/library.h"

namespace wordsight::engine {

/// What a model has to do to bring a library up to date with folders, known before any model is opened.
struct IndexPlan {
    std::string fingerprint;      ///< of the model
    std::vector<FoundFile> fresh; ///< to be read: new, changed, or moved here
    std::int64_t unchanged = 0;   ///< photographs known already, by path, size and time
    std::int64_t rejected = 0;    ///< files refused before that are the same still
    std::vector<PhotoId> gone;    ///< whose file is no longer there: deleted, or moved to one of `fresh`
    std::vector<std::filesystem::path> goneRejected; ///< refused files that are no longer there

    bool isEmpty() const { return fresh.empty() && gone.empty() && goneRejected.empty(); }
};

/// Looks for the photographs below `paths` (folders, recursively, or files) and compares them with what the library
/// knows, in one question. Where not one is found nothing counts as gone: that is a drive which is not mounted.
/// Throws Error{UnreadableInput} if a path given does not exist.
IndexPlan planIndex(
    const store::Library& library, std::span<const std::filesystem::path> paths, const std::string& fingerprint);

} // namespace wordsight::engine
