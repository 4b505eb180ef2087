#include "core/store/backup.h"

#include <optional>
#include <set>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/folder_lock.h"
#include "core/store/database_repair.h"
#include "core/store/internal/library_impl.h"
#include "core/store/internal/schema.h"
#include "core/store/internal/seal.h"
#include "core/store/library.h"

namespace wordsight::store {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void failWriting(const fs::path& file, const std::error_code& error)
{
    throw Error(ErrorKind::Io, fmt::format("Cannot write {}: {}.", file.string(), error.message()));
}

void makeFolder(const fs::path& folder)
{
    std::error_code error;
    if (fs::create_directories(folder, error); error)
        failWriting(folder, error);
}

/// Everything that was written below the folder is on the disk.
void flush(const fs::path& folder)
{
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.get() < 0 || ::syncfs(descriptor.get()) != 0)
        failWriting(folder, std::error_code(errno, std::generic_category()));
}

void begin(const JobControl& job, const char* stage, std::int64_t done = 0, std::int64_t total = 0)
{
    job.throwIfStopped();
    job.tell({ .stage = stage, .done = done, .total = total, .secondsRemaining = {} });
}

struct UsedFile {
    std::string fingerprint;
    std::int64_t generation = 0;
};

std::vector<UsedFile> vectorsOf(Database& database)
{
    std::vector<UsedFile> files;
    for (Statement row = database.prepare("SELECT fingerprint, generation FROM models WHERE rows > 0"); row.step();)
        files.push_back({ row.text(0), row.integer(1) });
    return files;
}

void copyFile(const fs::path& from, const fs::path& to)
{
    std::error_code error;
    if (!fs::copy_file(from, to, fs::copy_options::overwrite_existing, error))
        throw Error(
            ErrorKind::Io, fmt::format("Cannot copy {} to {}: {}.", from.string(), to.string(), error.message()));
}

/// Small pictures that the database refers to and that are not there yet. One that is missing can be made again.
void copyThumbnails(Database& database, const fs::path& from, const fs::path& to, const JobControl& job)
{
    std::vector<std::string> hashes;
    for (Statement row = database.prepare("SELECT DISTINCT content_hash FROM photos"); row.step();)
        hashes.push_back(row.text(0));
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (i % 64 == 0)
            begin(job, "Copying thumbnails", static_cast<std::int64_t>(i), static_cast<std::int64_t>(hashes.size()));
        const fs::path name = thumbnailName(hashes[i]), target = to / name, part = target.string() + ".part";
        std::error_code error;
        if (fs::exists(target, error) || !fs::exists(from / name, error))
            continue;
        makeFolder(target.parent_path());
        copyFile(from / name, part);
        if (fs::rename(part, target, error); error)
            failWriting(target, error);
    }
}

/// Throws where anything of the library is not as it was written.
void requireWhole(const fs::path& folder)
{
    if (const auto damage = databaseDamage(folder); !damage.empty())
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format("{} is damaged: {}.", (folder / "library.db").string(), damage.front()), Hint::RepairLibrary);
    for (const VectorState& state : Library::open(folder, Library::Mode::ReadOnly).vectorStates())
        if (!state.damage.empty())
            throw Error(ErrorKind::LibraryMismatch, state.damage, Hint::RepairLibrary);
}

fs::path cleaned(const fs::path& folder)
{
    if (folder.empty())
        throw Error(ErrorKind::Usage, "The name of a folder is empty. Name a folder.");
    const fs::path whole = fs::absolute(folder).lexically_normal();
    return whole.has_filename() ? whole : whole.parent_path();
}

/// The folder that becomes the backup, empty: what a killed run left there is its own (it has the lock's file) and
/// goes.
FolderLock emptyFolderFor(const fs::path& part)
{
    std::error_code error;
    if (fs::exists(part, error) && !fs::exists(part / "writer.lock", error) && !fs::is_empty(part, error))
        throw Error(ErrorKind::Usage, fmt::format("{} is in the way. Move it, or name another folder.", part.string()));
    makeFolder(part);
    FolderLock lock = lockFolder(part);
    if (!lock)
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format("A backup to {} is being written already by process {}.", part.string(), lock.holder));
    for (const char* name :
        { "library.db", "library.db-wal", "library.db-shm", "library.db.seal", "vectors", "thumbs" })
        fs::remove_all(part / name, error);
    return lock;
}

void removeDatabase(const fs::path& file)
{
    std::error_code ignored;
    for (const char* suffix : { "", "-wal", "-shm" })
        fs::remove(file.string() + suffix, ignored);
}

/// A database with everything of another in it, as it is at one moment.
void copyDatabase(Database& source, const fs::path& to)
{
    removeDatabase(to);
    Database copy(to, Database::Mode::Create);
    copy.replaceBy(source);
}

/// A name for the model's vectors that no file has.
std::int64_t freeGeneration(const fs::path& library, const UsedFile& file)
{
    std::int64_t generation = file.generation;
    std::error_code error;
    while (fs::exists(library / "vectors" / vectorFileName(file.fingerprint, generation), error))
        ++generation;
    return generation;
}

/// A database that is none any more makes room; all others are replaced from within.
void makeRoom(const fs::path& database)
{
    std::error_code error;
    if (!fs::exists(database, error))
        return;
    try {
        Database readable(database, Database::Mode::ReadWrite);
        readable.prepare("SELECT count(*) FROM sqlite_schema").step();
    } catch (const Error& unreadable) {
        if (unreadable.kind() != ErrorKind::LibraryMismatch || unreadable.hint() != Hint::RepairLibrary)
            throw;
        if (fs::rename(database, database.string() + ".damaged", error); error)
            failWriting(database, error);
        for (const char* suffix : { "-wal", "-shm" })
            fs::remove(database.string() + suffix, error);
    }
}

void removeUnusedVectors(const fs::path& library, const std::vector<UsedFile>& inUse)
{
    std::set<std::string> names;
    for (const UsedFile& file : inUse)
        names.insert(vectorFileName(file.fingerprint, file.generation));
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(library / "vectors", error))
        if (entry.path().extension() == ".vec" && !names.contains(entry.path().filename().string()))
            fs::remove(entry.path(), error);
}

/// Everything that the backup consists of, on the disk and checked.
void fill(const fs::path& part, const fs::path& library, const JobControl& job)
{
    makeFolder(part / "vectors");
    makeFolder(part / "thumbs");
    {
        Database source(library / "library.db", Database::Mode::ReadOnly);
        copyDatabase(source, part / "library.db");
        Database copy(part / "library.db", Database::Mode::ReadWrite);
        for (const UsedFile& file : vectorsOf(copy)) {
            begin(job, "Copying vectors");
            const std::string name = vectorFileName(file.fingerprint, file.generation);
            copyFile(library / "vectors" / name, part / "vectors" / name);
        }
        copyThumbnails(copy, library / "thumbs", part / "thumbs", job);
        seal(copy);
    }
    begin(job, "Checking the backup");
    requireWhole(part);
    flush(part);
}

/// What the backup brings, beside what the library has: a database `beside`, and vectors that it names.
void bring(const fs::path& backup, const fs::path& library, const fs::path& beside, std::vector<fs::path>& copied,
    const JobControl& job)
{
    {
        Database source(backup / "library.db", Database::Mode::ReadOnly);
        copyDatabase(source, beside);
    }
    Database incoming(beside, Database::Mode::ReadWrite);
    for (const UsedFile& file : vectorsOf(incoming)) {
        begin(job, "Copying vectors");
        const std::int64_t generation = freeGeneration(library, file);
        copied.push_back(library / "vectors" / vectorFileName(file.fingerprint, generation));
        copyFile(backup / "vectors" / vectorFileName(file.fingerprint, file.generation), copied.back());
        incoming.prepare("UPDATE models SET generation = ? WHERE fingerprint = ?")
            .bind(0, generation)
            .bind(1, file.fingerprint)
            .step();
    }
    copyThumbnails(incoming, backup / "thumbs", library / "thumbs", job);
    flush(library);
}

} // namespace

void backUp(const fs::path& given, const fs::path& destination, const JobControl& job)
{
    const fs::path library = cleaned(given), to = cleaned(destination), part = to.string() + ".part";
    std::error_code error;
    if (fs::exists(to, error))
        throw Error(ErrorKind::Usage, fmt::format("{} is there already. Name a folder that is not.", to.string()));
    begin(job, "Checking the library");
    Library::open(library, Library::Mode::ReadOnly); // of this version
    const FolderLock lock = emptyFolderFor(part);
    try {
        fill(part, library, job);
    } catch (...) {
        fs::remove_all(part, error); // a disk that is full should not stay so
        throw;
    }
    if (fs::rename(part, to, error); error)
        failWriting(to, error);
    flush(to.parent_path());
}

void restore(const fs::path& given, const fs::path& at, const JobControl& job)
{
    const fs::path backup = cleaned(given), library = cleaned(at), beside = library / "library.db.restoring";
    begin(job, "Checking the backup");
    requireWhole(backup);
    for (const char* part : { "vectors", "thumbs" })
        makeFolder(library / part);
    const Descriptor lock = lockForWriting(library);
    std::vector<fs::path> copied;
    try {
        bring(backup, library, beside, copied, job);
    } catch (...) {
        removeDatabase(beside);
        std::error_code ignored;
        for (const fs::path& file : copied)
            fs::remove(file, ignored);
        throw;
    }
    makeRoom(library / "library.db");
    {
        Database incoming(beside, Database::Mode::ReadWrite);
        Database target(library / "library.db", Database::Mode::Create);
        target.execute("PRAGMA synchronous = FULL");
        // A commit that fails may have come to the disk all the same: from here on nothing that was brought goes.
        target.replaceBy(incoming);
        seal(target);
        removeUnusedVectors(library, vectorsOf(target));
    }
    removeDatabase(beside);
}

} // namespace wordsight::store
