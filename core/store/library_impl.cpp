#include "core/store/internal/library_impl.h"

#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/store/internal/schema.h"
#include "core/store/internal/seal.h"

namespace wordsight::store {

namespace {

namespace fs = std::filesystem;

Database::Mode databaseMode(Library::Mode mode)
{
    switch (mode) {
    case Library::Mode::ReadOnly:
        return Database::Mode::ReadOnly;
    case Library::Mode::ReadWrite:
        return Database::Mode::ReadWrite;
    default:
        return Database::Mode::Create;
    }
}

} // namespace

Library::Impl::Impl(const fs::path& at, Mode mode)
    : folder(at)
    , writes(mode != Mode::ReadOnly)
    , lock(writes ? lockForWriting(at) : Descriptor())
    , database(at / "library.db", databaseMode(mode))
{
    const bool sealed = isSealed(database);
    if (!writes)
        bringUpToDate(database, at);
    if (!sealed)
        checkIntegrity(database, at, writes ? "PRAGMA integrity_check(1)" : "PRAGMA integrity_check('encodings')");
    if (writes) {
        migrate(database, at);
        forgetLostVectors();
    }
}

Library::Impl::~Impl()
{
    if (writes)
        seal(database);
}

/// Photographs whose vector file is not there are to be encoded anew. Not there means just that: a disk that fails
/// or a folder that cannot be entered is another matter.
void Library::Impl::forgetLostVectors()
{
    std::vector<std::string> lost;
    for (Statement row = database.prepare("SELECT fingerprint, generation FROM models WHERE rows > 0"); row.step();) {
        std::error_code reason;
        const fs::path file = vectorPath(row.text(0), row.integer(1));
        if (!fs::exists(file, reason) && !reason && fs::is_directory(file.parent_path(), reason))
            lost.push_back(row.text(0));
    }
    for (const std::string& fingerprint : lost) {
        Transaction transaction(database);
        database.prepare("DELETE FROM encodings WHERE fingerprint = ?").bind(0, fingerprint).step();
        database.prepare("UPDATE models SET rows = 0 WHERE fingerprint = ?").bind(0, fingerprint).step();
        transaction.commit();
    }
}

fs::path Library::Impl::vectorPath(const std::string& fingerprint)
{
    Statement statement = database.prepare("SELECT generation FROM models WHERE fingerprint = ?");
    return vectorPath(fingerprint, statement.bind(0, fingerprint).step() ? statement.integer(0) : 0);
}

fs::path Library::Impl::vectorPath(const std::string& fingerprint, std::int64_t generation) const
{
    return folder / "vectors" / vectorFileName(fingerprint, generation);
}

std::size_t Library::Impl::committedRows(const std::string& name, const std::string& fingerprint)
{
    database.prepare("INSERT INTO models (fingerprint, name, rows) VALUES (?, ?, 0) ON CONFLICT DO NOTHING")
        .bind(0, fingerprint)
        .bind(1, name)
        .step();
    Statement statement = database.prepare("SELECT rows FROM models WHERE fingerprint = ?");
    statement.bind(0, fingerprint).step();
    return checkedRows(fingerprint, statement.integer(0));
}

std::size_t Library::Impl::checkedRows(const std::string& fingerprint, std::int64_t rows)
{
    Statement used = database.prepare("SELECT coalesce((SELECT min(row) FROM encodings WHERE fingerprint = ?1), 0), "
                                      "coalesce((SELECT max(row) FROM encodings WHERE fingerprint = ?1), -1)");
    used.bind(0, fingerprint).step();
    if (rows < 0 || used.integer(0) < 0 || used.integer(1) >= rows)
        throw contradicts(folder, fmt::format("it counts {} vectors and refers to number {}", rows, used.integer(1)));
    return static_cast<std::size_t>(rows);
}

VectorFile& Library::Impl::vectorFile(const VectorLayout& layout, std::size_t committed)
{
    const auto open = files.find(layout.fingerprint);
    if (open != files.end() && open->second.rows() == committed)
        return open->second;
    files.erase(layout.fingerprint);
    return files.emplace(layout.fingerprint, VectorFile::open(vectorPath(layout.fingerprint), layout, committed))
        .first->second;
}

bool isMadeBy(const VectorView& vectors, const std::string& fingerprint)
{
    return !vectors.layout().fingerprint.empty() && fingerprint.starts_with(vectors.layout().fingerprint);
}

std::string vectorFileName(const std::string& fingerprint, std::int64_t generation)
{
    return generation == 0 ? fingerprint + ".vec" : fmt::format("{}.{}.vec", fingerprint, generation);
}

fs::path thumbnailName(const std::string& contentHash)
{
    return fs::path(contentHash.substr(0, 2)) / (contentHash + ".jpg");
}

} // namespace wordsight::store
