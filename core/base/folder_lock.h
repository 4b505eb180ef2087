#pragma once

#include <filesystem>
#include <string>

#include "core/base/descriptor.h"

namespace wordsight {

/// A folder that one process at a time writes to; the system lets go when the lock is closed or the process dies.
struct FolderLock {
    Descriptor held;    ///< -1: another has it
    std::string holder; ///< then the number of that process, where it is known
    explicit operator bool() const { return held.get() >= 0; }
};

/// Does not wait. By a file writer.lock in the folder, which stays there. Throws Error{Io}.
FolderLock lockFolder(const std::filesystem::path& folder);

} // namespace wordsight
