#include <algorithm>
#include <system_error>
#include <unordered_set>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/data/half.h"
#include "core/store/internal/library_impl.h"

namespace wordsight::store {

namespace {

namespace fs = std::filesystem;

/// What can be used of a model's vectors.
struct Survivors {
    VectorView vectors;
    std::int64_t committed = 0;
    std::vector<std::size_t> rows; ///< ascending
    std::vector<PhotoId> photos;   ///< of each
    std::vector<PhotoId> lost;
    std::string damage;
};

std::int64_t committedRowsOf(Database& database, const std::string& fingerprint)
{
    Statement statement = database.prepare("SELECT rows FROM models WHERE fingerprint = ?");
    return statement.bind(0, fingerprint).step() ? statement.integer(0) : 0;
}

bool isWhole(const VectorView& vectors, std::size_t row)
{
    try {
        vectors.row(row);
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::LibraryMismatch)
            throw;
        return false;
    }
}

void mapWhatIsThere(Survivors& found, const std::string& fingerprint, const fs::path& file, std::size_t most)
{
    try {
        found.vectors = VectorFile::viewWhatIsThere(file, most);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::LibraryMismatch)
            throw;
        found.damage = error.what();
        return;
    }
    if (!isMadeBy(found.vectors, fingerprint)) {
        found.vectors = {};
        found.damage = fmt::format("The vector file {} was made by another model than its name says.", file.string());
    } else if (static_cast<std::int64_t>(found.vectors.rows()) < found.committed) {
        found.damage = fmt::format("The vector file {} holds {} photographs, the library counts {}.", file.string(),
            found.vectors.rows(), found.committed);
    }
}

Survivors survivors(Database& database, const std::string& fingerprint, const fs::path& file)
{
    Survivors found;
    struct Reference {
        std::int64_t row;
        PhotoId photo;
    };
    std::vector<Reference> references;
    Statement row = database.prepare("SELECT row, photo FROM encodings WHERE fingerprint = ? ORDER BY row");
    for (row.bind(0, fingerprint); row.step();)
        references.push_back({ row.integer(0), PhotoId { row.integer(1) } });
    found.committed = committedRowsOf(database, fingerprint);
    const std::int64_t referred = references.empty() ? 0 : references.back().row + 1;
    if (found.committed == 0 && references.empty())
        return found;
    mapWhatIsThere(found, fingerprint, file, static_cast<std::size_t>(std::max({ found.committed, referred, {} })));
    if (found.damage.empty() && (referred > found.committed || (!references.empty() && references.front().row < 0)))
        found.damage = fmt::format("library.db counts {} vectors of {} and refers to number {}.", found.committed,
            fingerprint, references.front().row < 0 ? references.front().row : referred - 1);
    std::int64_t broken = 0;
    for (const Reference& reference : references) {
        const auto at = static_cast<std::size_t>(reference.row);
        const bool there = reference.row >= 0 && at < found.vectors.rows();
        if (there && isWhole(found.vectors, at)) {
            found.rows.push_back(at);
            found.photos.push_back(reference.photo);
            continue;
        }
        broken += there ? 1 : 0;
        found.lost.push_back(reference.photo);
    }
    if (broken > 0)
        found.damage
            = fmt::format("The vector file {} is damaged: of {} photographs it does not hold what was written.",
                file.string(), broken);
    return found;
}

Matrix regionsOf(const VectorView& vectors, std::size_t row)
{
    Matrix regions(vectors.regionCount(row), vectors.layout().dimension);
    std::ranges::transform(vectors.row(row).first(regions.data.size()), regions.data.begin(), fromHalf);
    return regions;
}

std::vector<float> globalOf(const VectorView& vectors, std::size_t row)
{
    if (!vectors.layout().hasGlobal)
        return {};
    std::vector<float> global(vectors.layout().dimension);
    std::ranges::transform(vectors.row(row).last(global.size()), global.begin(), fromHalf);
    return global;
}

void copyRows(const Survivors& found, const fs::path& file)
{
    std::error_code absent;
    fs::remove(file, absent); // of an attempt that was killed
    const VectorLayout& layout = found.vectors.layout();
    VectorFile copy = VectorFile::open(file, layout, 0);
    for (const std::size_t row : found.rows)
        copy.append(regionsOf(found.vectors, row), globalOf(found.vectors, row),
            layout.perPhotoRegions ? found.vectors.boxes(row) : std::span<const Box>());
    copy.sync();
}

/// The photographs that were saved have rows in the new order; those that were not have none.
void commitRows(Database& database, const std::string& fingerprint, const Survivors& found, std::int64_t generation)
{
    database.execute("PRAGMA synchronous = FULL");
    Transaction transaction(database);
    for (const PhotoId photo : found.lost)
        database.prepare("DELETE FROM encodings WHERE photo = ? AND fingerprint = ?")
            .bind(0, photo.value)
            .bind(1, fingerprint)
            .step();
    // No row moves up, so in this order none is taken when its new owner comes.
    for (std::size_t i = 0; i < found.photos.size(); ++i)
        database.prepare("UPDATE encodings SET row = ? WHERE photo = ? AND fingerprint = ?")
            .bind(0, static_cast<std::int64_t>(i))
            .bind(1, found.photos[i].value)
            .bind(2, fingerprint)
            .step();
    database.prepare("UPDATE models SET rows = ?, generation = ? WHERE fingerprint = ?")
        .bind(0, static_cast<std::int64_t>(found.rows.size()))
        .bind(1, generation)
        .bind(2, fingerprint)
        .step();
    transaction.commit();
    database.execute("PRAGMA synchronous = NORMAL");
}

std::vector<fs::path> filesBelow(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error); !error && entry != fs::recursive_directory_iterator();
         entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored))
            files.push_back(entry->path());
    }
    return files;
}

} // namespace

std::vector<VectorState> Library::vectorStates() const
{
    Database& database = m_impl->database;
    Transaction snapshot(database, "BEGIN");
    std::vector<VectorState> states;
    for (const ModelSummary& model : models()) {
        const Survivors found = survivors(database, model.fingerprint, m_impl->vectorPath(model.fingerprint));
        const auto whole = static_cast<std::int64_t>(found.rows.size());
        const auto held = static_cast<std::int64_t>(found.vectors.rows());
        states.push_back({ model.name, model.fingerprint, found.damage, whole,
            std::max<std::int64_t>(0, held - whole - static_cast<std::int64_t>(found.lost.size())), found.lost,
            found.vectors.hasChecksums() });
    }
    return states;
}

void Library::rewriteVectors(const std::string& fingerprint)
{
    Impl& impl = *m_impl;
    const fs::path before = impl.vectorPath(fingerprint);
    const Survivors found = survivors(impl.database, fingerprint, before);
    Statement row = impl.database.prepare("SELECT generation FROM models WHERE fingerprint = ?");
    const std::int64_t generation = (row.bind(0, fingerprint).step() ? row.integer(0) : 0) + 1;
    if (!found.rows.empty())
        copyRows(found, impl.vectorPath(fingerprint, generation));
    impl.files.erase(fingerprint);
    impl.views.erase(fingerprint);
    commitRows(impl.database, fingerprint, found, generation);
    std::error_code ignored;
    if (found.vectors.rows() == 0 && !found.damage.empty())
        fs::rename(before, before.string() + ".old", ignored);
    else
        fs::remove(before, ignored);
}

void Library::distrust(PhotoId id)
{
    m_impl->database.prepare("UPDATE photos SET modified = 0 WHERE id = ?").bind(0, id.value).step();
}

void Library::sweep()
{
    Database& database = m_impl->database;
    std::unordered_set<std::string> inUse;
    for (Statement row = database.prepare("SELECT DISTINCT content_hash FROM photos"); row.step();)
        inUse.insert(thumbnailPath(row.text(0)).string());
    std::vector<std::string> fingerprints;
    for (Statement row = database.prepare("SELECT fingerprint FROM models WHERE rows > 0"); row.step();)
        fingerprints.push_back(row.text(0));
    for (const std::string& fingerprint : fingerprints)
        inUse.insert(m_impl->vectorPath(fingerprint).string());
    std::error_code ignored;
    for (const char* part : { "thumbs", "vectors" })
        for (const fs::path& file : filesBelow(folder() / part)) {
            const std::string kind = file.extension().string();
            const bool ours = kind == ".part" || kind == (part[0] == 't' ? ".jpg" : ".vec") || kind == ".old";
            if (ours && !inUse.contains(file.string()))
                fs::remove(file, ignored);
        }
    database.execute("VACUUM");
}

} // namespace wordsight::store
