#include "core/store/database_repair.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <system_error>

#include <fcntl.h>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/internal/schema.h"
#include "core/store/internal/seal.h"
#include "core/store/migrations.h"

namespace wordsight::store {

namespace {

namespace fs = std::filesystem;

constexpr const char* nothingToRead = "Put back a backup (library restore), or move the library away and index again.";

void requireLibrary(const fs::path& folder)
{
    std::error_code error;
    if (!fs::exists(folder / "library.db", error))
        throw Error(
            ErrorKind::UnreadableInput, fmt::format("There is no library in {}.", folder.string()), Hint::IndexFirst);
}

/// The rows of a question that can be read: from the front and, where that ends in damage, from the back.
void readRows(
    Database& database, const char* fromFront, const char* fromBack, const std::function<void(const Statement&)>& take)
{
    for (const char* question : { fromFront, fromBack }) {
        try {
            Statement row = database.prepare(question);
            while (row.step())
                take(row);
            return;
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Io)
                throw;
        }
    }
}

/// A question with its order, and the same backwards.
#define BOTH_WAYS(question, order) question " ORDER BY " order, question " ORDER BY " order " DESC"

struct FoundPhoto {
    std::string path, contentHash, takenAt;
    std::int64_t bytes = 0, modified = 0, width = 0, height = 0;
};

struct FoundModel {
    std::string name;
    std::int64_t rows = 0;
    std::int64_t generation = 0;
};

struct Encoding {
    std::int64_t photo = 0;
    std::string fingerprint;
    std::int64_t row = 0;
    auto operator<=>(const Encoding&) const = default;
};

/// What could be read of a damaged database.
struct Found {
    std::map<std::int64_t, FoundPhoto> photos;
    std::set<std::pair<std::string, std::int64_t>> paths;    ///< as their index has them
    std::set<std::pair<std::string, std::int64_t>> contents; ///< the same
    std::map<std::string, FoundModel> models;
    std::set<Encoding> encodings; ///< that table and index agree on
};

/// Since version 4. Throws Error{LibraryMismatch} where not even that can be read.
bool hasGenerations(Database& database)
{
    try {
        Statement column = database.prepare("SELECT 1 FROM pragma_table_info('models') WHERE name = 'generation'");
        return column.step();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Io)
            throw;
        throw Error(
            ErrorKind::LibraryMismatch, fmt::format("{} cannot be read. {}", database.file().string(), nothingToRead));
    }
}

void readPhotos(Database& database, Found& found)
{
    readRows(database,
        BOTH_WAYS(
            "SELECT id, path, bytes, modified, content_hash, width, height, taken_at FROM photos NOT INDEXED", "id"),
        [&](const Statement& row) {
            FoundPhoto photo { row.text(1), row.text(4), row.text(7), row.integer(2), row.integer(3), row.integer(5),
                row.integer(6) };
            if (row.integer(0) > 0 && photo.path.starts_with('/') && !photo.contentHash.empty())
                found.photos.try_emplace(row.integer(0), std::move(photo));
        });
    readRows(database, BOTH_WAYS("SELECT path, id FROM photos INDEXED BY sqlite_autoindex_photos_1", "path"),
        [&](const Statement& row) { found.paths.emplace(row.text(0), row.integer(1)); });
    readRows(database, BOTH_WAYS("SELECT content_hash, id FROM photos INDEXED BY photos_by_content", "content_hash"),
        [&](const Statement& row) { found.contents.emplace(row.text(0), row.integer(1)); });
}

void readEncodings(Database& database, Found& found)
{
    std::set<Encoding> table, index;
    const auto into = [](std::set<Encoding>& encodings) {
        return [&encodings](const Statement& row) {
            encodings.insert({ row.integer(0), row.text(1), row.integer(2) });
        };
    };
    readRows(database, BOTH_WAYS("SELECT photo, fingerprint, row FROM encodings NOT INDEXED", "photo"), into(table));
    readRows(database,
        BOTH_WAYS("SELECT photo, fingerprint, row FROM encodings INDEXED BY encodings_by_row", "fingerprint"),
        into(index));
    std::ranges::set_intersection(table, index, std::inserter(found.encodings, found.encodings.end()));
}

Found readWhatIsThere(Database& database)
{
    Found found;
    const bool generations = hasGenerations(database);
    readPhotos(database, found);
    readEncodings(database, found);
    const auto takeModel = [&](const Statement& row) {
        found.models.try_emplace(
            row.text(0), FoundModel { row.text(1), std::max<std::int64_t>(row.integer(2), 0), row.integer(3) });
    };
    if (generations)
        readRows(
            database, BOTH_WAYS("SELECT fingerprint, name, rows, generation FROM models", "fingerprint"), takeModel);
    else
        readRows(database, BOTH_WAYS("SELECT fingerprint, name, rows, 0 FROM models", "fingerprint"), takeModel);
    return found;
}

#undef BOTH_WAYS

/// Puts it into a new database of this version.
MendedDatabase write(Database& database, const Found& found)
{
    MendedDatabase report;
    std::set<std::string> taken;
    std::set<std::int64_t> kept;
    for (const auto& [id, photo] : found.photos) {
        const bool sure
            = found.paths.contains({ photo.path, id }) && found.contents.contains({ photo.contentHash, id });
        if (!taken.insert(photo.path).second)
            continue;
        kept.insert(id);
        ++report.photographs;
        report.distrusted += sure ? 0 : 1;
        database
            .prepare("INSERT INTO photos (id, path, bytes, modified, content_hash, width, height, taken_at) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(0, id)
            .bind(1, fs::path(photo.path))
            .bind(2, photo.bytes)
            .bind(3, sure ? photo.modified : 0)
            .bind(4, photo.contentHash)
            .bind(5, photo.width)
            .bind(6, photo.height)
            .bind(7, photo.takenAt)
            .step();
    }
    for (const auto& [fingerprint, model] : found.models)
        database.prepare("INSERT INTO models (fingerprint, name, rows, generation) VALUES (?, ?, ?, ?)")
            .bind(0, fingerprint)
            .bind(1, model.name)
            .bind(2, model.rows)
            .bind(3, model.generation)
            .step();
    for (const Encoding& encoding : found.encodings) {
        if (!kept.contains(encoding.photo) || !found.models.contains(encoding.fingerprint))
            continue;
        database.prepare("INSERT OR IGNORE INTO encodings (photo, fingerprint, row) VALUES (?, ?, ?)")
            .bind(0, encoding.photo)
            .bind(1, encoding.fingerprint)
            .bind(2, encoding.row)
            .step();
        ++report.encodings;
    }
    return report;
}

/// Everything that is not held against anything: folders of the library, files that were refused, a person's rules.
/// Tables that cannot be read.
std::vector<std::string> copyOtherTables(Database& database, const fs::path& damaged)
{
    database.prepare("ATTACH ? AS damaged").bind(0, damaged.string()).step();
    std::vector<std::string> tables;
    for (Statement row
         = database.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                            "'sqlite_%' AND name NOT IN ('photos', 'models', 'encodings') ORDER BY rowid");
         row.step();)
        tables.push_back(row.text(0));
    std::vector<std::string> lost;
    for (const std::string& table : tables) {
        try {
            Statement common = database.prepare("SELECT group_concat(a.name) FROM pragma_table_info(?1, 'main') a "
                                                "JOIN pragma_table_info(?1, 'damaged') b ON a.name = b.name");
            if (common.bind(0, table).step() && !common.text(0).empty())
                database.execute(fmt::format(
                    "INSERT OR IGNORE INTO main.{0} ({1}) SELECT {1} FROM damaged.{0}", table, common.text(0))
                                     .c_str());
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Io)
                throw;
            lost.push_back(table);
        }
    }
    return lost;
}

/// The rule of migration 2; see shownAt in core/store/library.cpp.
constexpr auto refillShownAt = "UPDATE photos SET shown_at = coalesce("
                               "CAST(strftime('%s', nullif(taken_at, '')) AS INTEGER), "
                               "CAST(strftime('%s', modified / 1000000000, 'unixepoch', 'localtime') AS INTEGER), 0)";

void removeDatabase(const fs::path& file)
{
    std::error_code ignored;
    for (const char* suffix : { "", "-wal", "-shm" })
        fs::remove(file.string() + suffix, ignored);
}

/// The damaged database beside the new one, for whoever can read more of it.
fs::path keepDamaged(const Database& database)
{
    std::vector<std::byte> bytes;
    database.readFile(
        [&bytes](std::span<const std::byte> part) { bytes.insert(bytes.end(), part.begin(), part.end()); });
    const fs::path kept = database.file().string() + ".damaged";
    writeFileAtomically(kept, bytes);
    return kept;
}

} // namespace

std::vector<std::string> databaseDamage(const fs::path& folder)
{
    requireLibrary(folder);
    std::vector<std::string> damage;
    try {
        Database database(folder / "library.db", Database::Mode::ReadOnly);
        isUpToDate(database, folder); // a newer one is not for this program to judge
        for (Statement row = database.prepare("PRAGMA integrity_check(20)"); row.step();)
            if (row.text(0) != "ok")
                damage.push_back(row.text(0));
        for (Statement row = database.prepare("PRAGMA foreign_key_check"); damage.size() < 20 && row.step();)
            damage.push_back(
                fmt::format("row {} of {} refers to nothing in {}", row.text(1), row.text(0), row.text(2)));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::LibraryMismatch || error.hint() != Hint::RepairLibrary)
            throw;
        damage.emplace_back(error.what());
    }
    return damage;
}

MendedDatabase mendDatabase(const fs::path& folder)
{
    requireLibrary(folder);
    const Descriptor lock = lockForWriting(folder);
    const fs::path beside = folder / "library.db.mending";
    removeDatabase(beside); // of an attempt that was killed
    MendedDatabase report;
    {
        Database damaged(folder / "library.db", Database::Mode::ReadOnly);
        const Found found = readWhatIsThere(damaged);
        Database fresh(beside, Database::Mode::Create);
        migrate(fresh, folder);
        std::vector<std::string> lost = copyOtherTables(fresh, damaged.file());
        if (Statement root = fresh.prepare("SELECT 1 FROM roots"); found.photos.empty() && !root.step())
            throw Error(ErrorKind::LibraryMismatch,
                fmt::format("{} cannot be read. {}", damaged.file().string(), nothingToRead));
        Transaction transaction(fresh);
        report = write(fresh, found);
        report.lost = std::move(lost);
        fresh.execute(refillShownAt);
        transaction.commit();
        report.kept = keepDamaged(damaged);
        Database target(folder / "library.db", Database::Mode::ReadWrite);
        target.execute("PRAGMA synchronous = FULL");
        target.replaceBy(fresh);
        seal(target);
    }
    removeDatabase(beside);
    return report;
}

} // namespace wordsight::store
