#include "core/store/internal/schema.h"

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "core/base/folder_lock.h"
#include "core/store/internal/seal.h"
#include "core/store/migrations.h"

namespace wordsight::store {

namespace {

namespace fs = std::filesystem;

constexpr auto patience = std::chrono::seconds(5); // with another process that writes

std::int64_t schemaVersion(Database& database)
{
    Statement statement = database.prepare("PRAGMA user_version");
    statement.step();
    return statement.integer(0);
}

std::string holderOf(const FolderLock& lock)
{
    return lock.holder.empty() ? "" : fmt::format(" by process {}", lock.holder);
}

} // namespace

bool isUpToDate(Database& database, const fs::path& folder)
{
    const auto newest = static_cast<std::int64_t>(migrations().size());
    const std::int64_t found = schemaVersion(database);
    if (found > newest)
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format("The library {} was made by a newer Wordsight (version {}, this one reads {}). Use that one.",
                folder.string(), found, newest));
    if (found < 0)
        throw contradicts(folder, "its version is negative");
    return found == newest;
}

Error contradicts(const fs::path& folder, const std::string& why)
{
    return Error(ErrorKind::LibraryMismatch,
        fmt::format("{} is damaged: {}. Nothing was changed.", (folder / "library.db").string(), why),
        Hint::RepairLibrary);
}

void checkIntegrity(Database& database, const fs::path& folder, const char* check)
{
    Statement report = database.prepare(check);
    if (report.step() && report.text(0) != "ok")
        throw contradicts(folder, fmt::format("SQLite finds \"{}\"", report.text(0)));
}

Descriptor lockForWriting(const fs::path& folder)
{
    FolderLock lock = lockFolder(folder);
    if (!lock)
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format("The library {} is being written to already{}. Wait for it or stop it there.", folder.string(),
                holderOf(lock)));
    return std::move(lock.held);
}

void migrate(Database& database, const fs::path& folder)
{
    while (!isUpToDate(database, folder)) {
        Transaction transaction(database);
        const std::int64_t version = schemaVersion(database);
        if (isUpToDate(database, folder))
            return; // another process was faster
        database.execute(migrations()[static_cast<std::size_t>(version)]);
        database.execute(fmt::format("PRAGMA user_version = {}", version + 1).c_str());
        transaction.commit();
    }
}

namespace {

/// Tries once to bring the library up to date as its only writer; where another is at work, says which.
FolderLock tryToMigrate(const fs::path& folder)
{
    try {
        FolderLock lock = lockFolder(folder);
        if (lock) {
            Database writer(folder / "library.db", Database::Mode::ReadWrite);
            checkIntegrity(writer, folder, "PRAGMA integrity_check(1)");
            migrate(writer, folder);
            seal(writer);
        }
        return lock;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Io)
            throw;
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format("The library {} was made by an older Wordsight and has to be brought up to date first, but "
                        "cannot be written where it lies. Copy it to a place where it can. ({})",
                folder.string(), error.what()));
    }
}

} // namespace

void bringUpToDate(Database& reader, const fs::path& folder)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!isUpToDate(reader, folder)) {
        const FolderLock lock = tryToMigrate(folder);
        if (lock)
            continue;
        if (std::chrono::steady_clock::now() > deadline)
            throw Error(ErrorKind::LibraryMismatch,
                fmt::format("The library {} was made by an older Wordsight and has to be brought up to date first, but "
                            "it is being written to{}. Wait for it or stop it there.",
                    folder.string(), holderOf(lock)));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

} // namespace wordsight::store
