#include "core/store/library.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <system_error>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/data/half.h"
#include "core/store/internal/library_impl.h"

namespace wordsight::store {

namespace {

namespace fs = std::filesystem;

constexpr auto photoColumns = "id, path, bytes, modified, content_hash, width, height, taken_at, shown_at";
/// When a photograph was taken (?7), else written (?3). The rule of migration 2.
constexpr auto shownAt = "coalesce(CAST(strftime('%s', nullif(?7, '')) AS INTEGER), "
                         "CAST(strftime('%s', ?3 / 1000000000, 'unixepoch', 'localtime') AS INTEGER), 0)";

Photo readPhoto(const Statement& row)
{
    return { PhotoId { row.integer(0) }, row.path(1), row.integer(2), row.integer(3), row.text(4),
        static_cast<int>(row.integer(5)), static_cast<int>(row.integer(6)), row.text(7),
        std::chrono::local_seconds(std::chrono::seconds(row.integer(8))) };
}

/// Binds what stands for ?1 to ?7 wherever a photograph is written.
Statement& bindPhoto(Statement& statement, const Photo& photo)
{
    return statement.bind(0, photo.path)
        .bind(1, photo.bytes)
        .bind(2, photo.modified)
        .bind(3, photo.contentHash)
        .bind(4, std::int64_t { photo.width })
        .bind(5, std::int64_t { photo.height })
        .bind(6, photo.takenAt);
}

/// The first and the last value of shown_at that pass.
std::pair<std::int64_t, std::int64_t> secondsOf(const PhotoFilter& filter)
{
    using Limits = std::numeric_limits<std::int64_t>;
    const auto secondsTo = [](std::chrono::local_days day) {
        return std::int64_t { std::chrono::seconds(day.time_since_epoch()).count() };
    };
    return { filter.from ? secondsTo(*filter.from) : Limits::min(),
        filter.to ? secondsTo(*filter.to + std::chrono::days(1)) - 1 : Limits::max() };
}

std::optional<Photo> onePhoto(Statement statement)
{
    return statement.step() ? std::optional(readPhoto(statement)) : std::nullopt;
}

Rejected readRejected(const Statement& row)
{
    return { row.path(0), row.integer(1), row.integer(2), row.text(3) };
}

void prepareFolder(const fs::path& folder, Library::Mode mode)
{
    if (mode == Library::Mode::Create) {
        std::error_code error;
        for (const char* part : { "vectors", "thumbs" })
            if (fs::create_directories(folder / part, error); error)
                throw Error(
                    ErrorKind::Io, fmt::format("Cannot make the library {}: {}.", folder.string(), error.message()));
    } else if (!fs::exists(folder / "library.db")) {
        throw Error(
            ErrorKind::UnreadableInput, fmt::format("There is no library in {}.", folder.string()), Hint::IndexFirst);
    }
}

} // namespace

Library::Library(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
Library::Library(Library&&) noexcept = default;
Library& Library::operator=(Library&&) noexcept = default;
Library::~Library() = default;

Library Library::open(const fs::path& folder, Mode mode)
{
    if (folder.empty())
        throw Error(ErrorKind::Usage, "The name of the library's folder is empty. Name a folder.");
    const fs::path at = fs::absolute(folder).lexically_normal();
    prepareFolder(at, mode);
    return Library(std::make_unique<Impl>(at, mode));
}

const fs::path& Library::folder() const
{
    return m_impl->folder;
}

fs::path Library::thumbnailPath(const std::string& contentHash) const
{
    return m_impl->folder / "thumbs" / thumbnailName(contentHash);
}

std::int64_t Library::version() const
{
    Statement statement = m_impl->database.prepare("PRAGMA data_version");
    statement.step();
    return statement.integer(0);
}

void Library::addRoot(const fs::path& root)
{
    m_impl->database.prepare("INSERT INTO roots (path) VALUES (?) ON CONFLICT DO NOTHING").bind(0, root).step();
}

std::vector<fs::path> Library::roots() const
{
    std::vector<fs::path> roots;
    for (Statement row = m_impl->database.prepare("SELECT path FROM roots ORDER BY path"); row.step();)
        roots.push_back(row.path(0));
    return roots;
}

RootRules Library::rootRules(const fs::path& root) const
{
    RootRules rules;
    Statement links = m_impl->database.prepare("SELECT enter_links FROM roots WHERE path = ?");
    if (links.bind(0, root).step())
        rules.enterLinks = links.integer(0) != 0;
    Statement row = m_impl->database.prepare("SELECT pattern FROM exclusions WHERE root = ? ORDER BY pattern");
    for (row.bind(0, root); row.step();)
        rules.exclude.push_back(row.text(0));
    return rules;
}

void Library::setRootRules(const fs::path& root, const RootRules& rules)
{
    Database& database = m_impl->database;
    Transaction transaction(database);
    database.prepare("UPDATE roots SET enter_links = ? WHERE path = ?")
        .bind(0, std::int64_t { rules.enterLinks })
        .bind(1, root)
        .step();
    database.prepare("DELETE FROM exclusions WHERE root = ?").bind(0, root).step();
    for (const std::string& pattern : rules.exclude)
        database.prepare("INSERT INTO exclusions (root, pattern) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(0, root)
            .bind(1, pattern)
            .step();
    transaction.commit();
}

std::vector<MountState> Library::mounts() const
{
    std::vector<MountState> mounts;
    for (Statement row = m_impl->database.prepare("SELECT path, device, is_mount_point FROM mounts ORDER BY path");
         row.step();)
        mounts.push_back({ row.path(0), row.integer(1), row.integer(2) != 0 });
    return mounts;
}

void Library::putMounts(std::span<const MountState> mounts)
{
    Database& database = m_impl->database;
    Transaction transaction(database);
    for (const MountState& mount : mounts)
        database.prepare("INSERT OR REPLACE INTO mounts (path, device, is_mount_point) VALUES (?, ?, ?)")
            .bind(0, mount.path)
            .bind(1, mount.device)
            .bind(2, std::int64_t { mount.isMountPoint })
            .step();
    transaction.commit();
}

std::vector<Unseen> Library::unseen() const
{
    std::vector<Unseen> unseen;
    for (Statement row = m_impl->database.prepare("SELECT path, reason FROM unseen ORDER BY path"); row.step();)
        unseen.push_back({ row.path(0), row.text(1) });
    return unseen;
}

void Library::setUnseen(std::vector<Unseen> wanted)
{
    std::ranges::sort(wanted, {}, [](const Unseen& each) -> const std::string& { return each.path.native(); });
    if (wanted == unseen())
        return;
    Database& database = m_impl->database;
    Transaction transaction(database);
    database.execute("DELETE FROM unseen");
    for (const Unseen& each : wanted)
        database.prepare("INSERT OR REPLACE INTO unseen (path, reason) VALUES (?, ?)")
            .bind(0, each.path)
            .bind(1, each.reason)
            .step();
    transaction.commit();
}

std::optional<Photo> Library::photo(PhotoId id) const
{
    static const std::string sql = fmt::format("SELECT {} FROM photos WHERE id = ?", photoColumns);
    Statement statement = m_impl->database.prepare(sql.c_str());
    statement.bind(0, id.value);
    return onePhoto(std::move(statement));
}

std::optional<Photo> Library::photoAt(const fs::path& path) const
{
    static const std::string sql = fmt::format("SELECT {} FROM photos WHERE path = ?", photoColumns);
    Statement statement = m_impl->database.prepare(sql.c_str());
    statement.bind(0, path);
    return onePhoto(std::move(statement));
}

std::optional<Photo> Library::photoWithContent(const std::string& contentHash) const
{
    static const std::string sql
        = fmt::format("SELECT {} FROM photos WHERE content_hash = ? ORDER BY id LIMIT 1", photoColumns);
    Statement statement = m_impl->database.prepare(sql.c_str());
    statement.bind(0, contentHash);
    return onePhoto(std::move(statement));
}

std::vector<Photo> Library::photosWithContent(const std::string& contentHash) const
{
    static const std::string sql
        = fmt::format("SELECT {} FROM photos WHERE content_hash = ? ORDER BY id", photoColumns);
    std::vector<Photo> photos;
    Statement row = m_impl->database.prepare(sql.c_str());
    for (row.bind(0, contentHash); row.step();)
        photos.push_back(readPhoto(row));
    return photos;
}

std::vector<Photo> Library::photos(const PhotoFilter& filter) const
{
    static const std::string sql = fmt::format(
        "SELECT {} FROM photos WHERE shown_at BETWEEN ? AND ? ORDER BY shown_at DESC, path", photoColumns);
    const auto [first, last] = secondsOf(filter);
    std::vector<Photo> photos;
    Statement row = m_impl->database.prepare(sql.c_str());
    for (row.bind(0, first).bind(1, last); row.step();)
        photos.push_back(readPhoto(row));
    return photos;
}

std::int64_t Library::photoCount() const
{
    Statement statement = m_impl->database.prepare("SELECT count(*) FROM photos");
    statement.step();
    return statement.integer(0);
}

PhotoId Library::putPhoto(const Photo& photo)
{
    Database& database = m_impl->database;
    Transaction transaction(database);
    PhotoId id;
    if (const std::optional<Photo> known = photoAt(photo.path)) {
        id = known->id;
        if (known->contentHash != photo.contentHash)
            database.prepare("DELETE FROM encodings WHERE photo = ?").bind(0, id.value).step();
        movePhoto(id, photo);
    } else {
        static const std::string sql
            = fmt::format("INSERT INTO photos (path, bytes, modified, content_hash, width, "
                          "height, taken_at, shown_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, {})",
                shownAt);
        Statement statement = database.prepare(sql.c_str());
        bindPhoto(statement, photo).step();
        id.value = database.lastInsertId();
    }
    transaction.commit();
    return id;
}

void Library::movePhoto(PhotoId id, const Photo& nowAt)
{
    static const std::string sql = fmt::format("UPDATE photos SET path = ?1, bytes = ?2, modified = ?3, "
                                               "content_hash = ?4, width = ?5, height = ?6, taken_at = ?7, "
                                               "shown_at = {} WHERE id = ?8",
        shownAt);
    Statement statement = m_impl->database.prepare(sql.c_str());
    bindPhoto(statement, nowAt).bind(7, id.value).step();
}

void Library::removePhoto(PhotoId id)
{
    m_impl->database.prepare("DELETE FROM photos WHERE id = ?").bind(0, id.value).step();
}

void Library::putRejected(const Rejected& rejected)
{
    m_impl->database.prepare("INSERT OR REPLACE INTO rejected (path, bytes, modified, reason) VALUES (?, ?, ?, ?)")
        .bind(0, rejected.path)
        .bind(1, rejected.bytes)
        .bind(2, rejected.modified)
        .bind(3, rejected.reason)
        .step();
}

void Library::clearRejected(const fs::path& path)
{
    m_impl->database.prepare("DELETE FROM rejected WHERE path = ?").bind(0, path).step();
}

std::optional<Rejected> Library::rejectedAt(const fs::path& path) const
{
    Statement statement = m_impl->database.prepare("SELECT path, bytes, modified, reason FROM rejected WHERE path = ?");
    return statement.bind(0, path).step() ? std::optional(readRejected(statement)) : std::nullopt;
}

std::vector<Rejected> Library::rejected() const
{
    std::vector<Rejected> all;
    for (Statement row = m_impl->database.prepare("SELECT path, bytes, modified, reason FROM rejected ORDER BY path");
         row.step();)
        all.push_back(readRejected(row));
    return all;
}

std::int64_t Library::rejectedCount() const
{
    Statement statement = m_impl->database.prepare("SELECT count(*) FROM rejected");
    statement.step();
    return statement.integer(0);
}

std::vector<KnownFile> Library::knownFiles(const std::string& fingerprint) const
{
    std::vector<KnownFile> known;
    Statement row = m_impl->database.prepare(
        "SELECT p.path, p.id, e.photo IS NOT NULL, p.bytes, p.modified, r.path IS NOT NULL, r.bytes, r.modified "
        "FROM photos p LEFT JOIN encodings e ON e.photo = p.id AND e.fingerprint = ?1 "
        "LEFT JOIN rejected r ON r.path = p.path "
        "UNION ALL SELECT r.path, 0, 0, 0, 0, 1, r.bytes, r.modified FROM rejected r "
        "WHERE NOT EXISTS (SELECT 1 FROM photos p WHERE p.path = r.path)");
    for (row.bind(0, fingerprint); row.step();) {
        KnownFile& file = known.emplace_back();
        file.path = row.path(0);
        file.photo.value = row.integer(1);
        file.encoded = row.integer(2) != 0;
        if (file.photo.value != 0)
            file.asPhotograph = { row.integer(3), row.integer(4) };
        if (row.integer(5) != 0)
            file.asRejected = { row.integer(6), row.integer(7) };
    }
    return known;
}

bool Library::isEncoded(PhotoId id, const std::string& fingerprint) const
{
    return m_impl->database.prepare("SELECT 1 FROM encodings WHERE photo = ? AND fingerprint = ?")
        .bind(0, id.value)
        .bind(1, fingerprint)
        .step();
}

void Library::addEncodings(
    const std::string& modelName, const VectorLayout& layout, std::span<const NewEncoding> encodings)
{
    if (encodings.empty())
        return;
    Database& database = m_impl->database;
    // Only this commit waits for the disk, and takes all smaller ones before it along.
    database.execute("PRAGMA synchronous = FULL");
    Transaction transaction(database);
    VectorFile& file = m_impl->vectorFile(layout, m_impl->committedRows(modelName, layout.fingerprint));
    for (const NewEncoding& encoding : encodings) {
        const std::size_t row = file.append(encoding.regions, encoding.global, encoding.boxes);
        database.prepare("INSERT OR REPLACE INTO encodings (photo, fingerprint, row) VALUES (?, ?, ?)")
            .bind(0, encoding.photo.value)
            .bind(1, layout.fingerprint)
            .bind(2, static_cast<std::int64_t>(row))
            .step();
    }
    file.sync();
    database.prepare("UPDATE models SET rows = ? WHERE fingerprint = ?")
        .bind(0, static_cast<std::int64_t>(file.rows()))
        .bind(1, layout.fingerprint)
        .step();
    transaction.commit();
    database.execute("PRAGMA synchronous = NORMAL");
}

void Library::copyEncodings(
    const std::string& modelName, const VectorLayout& layout, std::span<const EncodingCopy> copies)
{
    if (copies.empty())
        return;
    Database& database = m_impl->database;
    const std::size_t committed = m_impl->committedRows(modelName, layout.fingerprint);
    const VectorView view = VectorFile::view(m_impl->vectorPath(layout.fingerprint), committed);
    std::vector<NewEncoding> encodings;
    for (const EncodingCopy& copy : copies) {
        Statement found = database.prepare("SELECT row FROM encodings WHERE photo = ? AND fingerprint = ?");
        if (!found.bind(0, copy.from.value).bind(1, layout.fingerprint).step())
            throw Error(ErrorKind::Internal, fmt::format("Photograph {} has no vectors to copy.", copy.from.value));
        const auto row = static_cast<std::size_t>(found.integer(0));
        NewEncoding& encoding = encodings.emplace_back(NewEncoding { copy.to, {}, {}, {} });
        encoding.regions = Matrix(view.regionCount(row), layout.dimension);
        const std::span<const std::uint16_t> stored = view.row(row);
        const std::size_t regions = encoding.regions.data.size();
        std::ranges::transform(stored.first(regions), encoding.regions.data.begin(), fromHalf);
        if (layout.hasGlobal)
            std::ranges::transform(
                stored.subspan(regions, layout.dimension), std::back_inserter(encoding.global), fromHalf);
        if (layout.perPhotoRegions)
            encoding.boxes.assign(view.boxes(row).begin(), view.boxes(row).end());
    }
    addEncodings(modelName, layout, encodings);
}

ModelRows Library::Impl::rows(const std::string& fingerprint, const PhotoFilter& filter)
{
    Transaction snapshot(database, "BEGIN");
    ModelRows result;
    Statement model = database.prepare("SELECT rows FROM models WHERE fingerprint = ?");
    if (!model.bind(0, fingerprint).step())
        return result;
    const std::size_t committed = checkedRows(fingerprint, model.integer(0));
    if (committed == 0)
        return result;
    const fs::path file = vectorPath(fingerprint);
    VectorView& view = views[fingerprint];
    view = VectorFile::view(file, committed, view);
    if (!isMadeBy(view, fingerprint))
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format("The vector file {} was made by another model than its name says.", file.string()),
            Hint::RepairLibrary);
    result.vectors = view;
    const auto take = [&result](Statement& row) {
        while (row.step()) {
            result.rows.push_back(static_cast<std::size_t>(row.integer(0)));
            result.photos.push_back(PhotoId { row.integer(1) });
        }
    };
    if (filter == PhotoFilter {}) {
        Statement row = database.prepare("SELECT row, photo FROM encodings WHERE fingerprint = ? ORDER BY row");
        take(row.bind(0, fingerprint));
    } else {
        const auto [first, last] = secondsOf(filter);
        Statement row = database.prepare("SELECT row, photo FROM encodings JOIN photos ON id = photo "
                                         "WHERE fingerprint = ? AND shown_at BETWEEN ? AND ? ORDER BY row");
        take(row.bind(0, fingerprint).bind(1, first).bind(2, last));
    }
    return result;
}

ModelRows Library::rows(const std::string& fingerprint, const PhotoFilter& filter) const
{
    for (;;) {
        const std::int64_t before = version();
        try {
            return m_impl->rows(fingerprint, filter);
        } catch (const Error&) {
            // Another process may have put a new vector file in the place of the one that was looked for.
            if (version() == before)
                throw;
        }
    }
}

std::vector<ModelSummary> Library::models() const
{
    std::vector<ModelSummary> all;
    for (Statement row = m_impl->database.prepare(
             "SELECT name, fingerprint, (SELECT count(*) FROM encodings e WHERE e.fingerprint = m.fingerprint) "
             "FROM models m ORDER BY name, fingerprint");
         row.step();) {
        ModelSummary summary { row.text(0), row.text(1), row.integer(2), 0 };
        std::error_code missing;
        const auto bytes = fs::file_size(m_impl->vectorPath(summary.fingerprint), missing);
        summary.bytes = missing ? 0 : static_cast<std::int64_t>(bytes);
        all.push_back(std::move(summary));
    }
    return all;
}

} // namespace wordsight::store
