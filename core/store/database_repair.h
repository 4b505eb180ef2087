#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace wordsight::store {

/// What SQLite finds wrong with library.db, also where its tables contradict each other; empty: nothing. Changes
/// nothing. Throws Error{UnreadableInput} where there is no library, Error{Io}.
std::vector<std::string> databaseDamage(const std::filesystem::path& folder);

struct MendedDatabase {
    std::int64_t photographs = 0;  ///< that are known as before
    std::int64_t distrusted = 0;   ///< of them, whose files the next run of indexing reads again
    std::int64_t encodings = 0;    ///< that are still in use
    std::vector<std::string> lost; ///< tables that could not be read: roots, rejected…
    std::filesystem::path kept;    ///< the damaged database, as it was
};

/// Makes a new database of what can be read of a damaged one. Every table has an index that says the same again: what
/// both agree on is kept; of a photograph that only one knows the file is read again, and whose vectors a row is only
/// one says is not believed. The new database takes the place of the old one in one transaction. Throws
/// Error{LibraryMismatch} where nothing can be read or another process writes, Error{Io}.
MendedDatabase mendDatabase(const std::filesystem::path& folder);

} // namespace wordsight::store
