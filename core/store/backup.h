#pragma once

#include <filesystem>

#include "core/base/job_control.h"

namespace wordsight::store {

/// Copies a library, as it is at one moment, into a folder that is not there yet; others may go on using it. Written
/// beside and renamed: a backup that has its name is whole, and every row of its vectors was held against its checksum.
/// Throws Error{Usage} where the folder is there already, Error{LibraryMismatch} where the library is damaged,
/// Error{Io}, Error{Cancelled}.
void backUp(const std::filesystem::path& library, const std::filesystem::path& to, const JobControl& job = {});

/// Puts a backup in the place of a library, or where there is none, by one commit: before it the library is what it
/// was, after it what the backup is. Vectors that nothing refers to any more are deleted. The backup is checked before
/// anything is touched. Throws as backUp does, and Error{LibraryMismatch} where another process writes to the library.
void restore(const std::filesystem::path& backup, const std::filesystem::path& library, const JobControl& job = {});

} // namespace wordsight::store
