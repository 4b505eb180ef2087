#pragma once

#include "core/store/sqlite.h"

/// library.db.seal holds the checksum of library.db as its last writer left it. SQLite's own check takes ten times as
/// long (tests/bench/library_opening.cpp), and sees damage only where it contradicts itself; a checksum sees every bit.
/// Where they agree there is nothing to check; where they do not, a writer was killed, or the file is
/// damaged.
namespace wordsight::store {

/// Called by who holds the lock to write, when all is written. Leaves no seal where that cannot be done.
void seal(Database& database) noexcept;
/// Whether the file is, bit for bit, as its last writer left it, and its log holds nothing more.
bool isSealed(const Database& database);

} // namespace wordsight::store
