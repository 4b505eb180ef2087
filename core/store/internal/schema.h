#pragma once

#include <filesystem>
#include <string>

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/store/sqlite.h"

/// What happens to a library's database before the first question: whose turn it is to write, whether it is sound, and
/// how it comes to be of this version.
namespace wordsight::store {

/// library.db says two things that cannot both be true.
Error contradicts(const std::filesystem::path& folder, const std::string& why);

/// SQLite reads damaged pages as long as they make some sense. Who writes has everything checked; who reads, what ranks
/// photographs.
/// Throws Error{LibraryMismatch}. `check` is one of SQLite's PRAGMAs.
void checkIntegrity(Database& database, const std::filesystem::path& folder, const char* check);

/// Throws Error{LibraryMismatch} for a version that this program does not know.
bool isUpToDate(Database& database, const std::filesystem::path& folder);

/// Held while it lives. Throws Error{LibraryMismatch} naming who has it.
Descriptor lockForWriting(const std::filesystem::path& folder);

/// Runs the scripts of resources/schema that are missing, one transaction each. Throws Error{LibraryMismatch} for a
/// newer library.
void migrate(Database& database, const std::filesystem::path& folder);

/// What a reader does before it reads: whoever is making or migrating the library is waited for, five seconds at most.
/// Throws Error{LibraryMismatch}.
void bringUpToDate(Database& reader, const std::filesystem::path& folder);

} // namespace wordsight::store
