#include "core/engine/library/library_check.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include <sys/stat.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/rate_meter.h"
#include "core/engine/library/thumbnail_file.h"
#include "core/image/decode.h"
#include "core/image/transform.h"
#include "core/store/database_repair.h"
#include "core/store/library.h"

namespace wordsight::engine {

namespace {

namespace fs = std::filesystem;
using Kind = LibraryFinding::Kind;
using store::Library;

/// Null: there is no such file, or it cannot be read.
std::optional<std::vector<std::byte>> contentOf(const fs::path& file)
{
    try {
        return readFile(file);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::UnreadableInput)
            throw;
        return std::nullopt;
    }
}

bool isPicture(std::span<const std::byte> bytes, Reading reading)
{
    const auto marker = [&bytes](std::size_t at, int value) { return bytes[at] == static_cast<std::byte>(value); };
    const std::size_t size = bytes.size();
    if (size < 4 || !marker(0, 0xFF) || !marker(1, 0xD8) || !marker(size - 2, 0xFF) || !marker(size - 1, 0xD9))
        return false;
    if (reading == Reading::OwnFiles)
        return true;
    try {
        image::decode(bytes, {});
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// One look at a library whose database is sound.
class Check {
public:
    Check(const fs::path& folder, Repair repair, Reading reading, const JobControl& job, LibraryCheck& report)
        : m_library(Library::open(folder, Library::Mode::ReadOnly))
        , m_repair(repair)
        , m_reading(reading)
        , m_job(job)
        , m_report(report)
    {
    }

    void vectors()
    {
        m_job.throwIfStopped();
        m_job.tell({ .stage = "Checking vectors", .secondsRemaining = {} });
        for (const store::VectorState& state : m_library.vectorStates()) {
            m_report.vectors += state.hasChecksums ? state.inUse : 0;
            m_report.withoutChecksums += state.hasChecksums ? 0 : state.inUse;
            if (state.damage.empty())
                continue;
            if (m_repair == Repair::Yes)
                writer().rewriteVectors(state.fingerprint);
            if (!state.lost.empty())
                m_report.modelsToIndex.push_back(state.model);
            found(Kind::Vectors,
                state.lost.empty()
                    ? state.damage
                    : fmt::format("{} {} to be encoded again.", state.damage, counted(state.lost.size())),
                m_repair == Repair::Yes);
        }
    }

    void photographs()
    {
        const std::vector<store::Photo> photos = m_library.photos();
        m_report.photographs = static_cast<std::int64_t>(photos.size());
        for (std::size_t i = 0; i < photos.size(); ++i) {
            m_job.throwIfStopped();
            m_job.tell(m_meter.at(
                "Checking photographs", static_cast<std::int64_t>(i), static_cast<std::int64_t>(photos.size())));
            photograph(photos[i]);
        }
    }

private:
    static std::string counted(std::size_t photographs)
    {
        return photographs == 1 ? "1 photograph is" : fmt::format("{} photographs are", photographs);
    }

    Library& writer()
    {
        if (!m_writer)
            m_writer = Library::open(m_library.folder(), Library::Mode::ReadWrite);
        return *m_writer;
    }

    void found(Kind kind, std::string text, bool mended)
    {
        m_report.findings.push_back({ kind, std::move(text), mended });
    }

    void photograph(const store::Photo& photo)
    {
        struct stat status { };
        std::optional<std::vector<std::byte>> content;
        const bool seen = ::stat(photo.path.c_str(), &status) == 0;
        const bool same = seen && status.st_size == photo.bytes
            && status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec == photo.modified;
        if (same && m_reading == Reading::Everything) {
            content = contentOf(photo.path);
            if (content && contentHash(*content) != photo.contentHash) {
                content.reset();
                contradicts(photo);
            }
        }
        m_report.absent += seen ? 0 : 1;
        m_report.changed += seen && !same ? 1 : 0;
        if (m_thumbnails.insert(photo.contentHash).second)
            thumbnail(photo, content);
    }

    void contradicts(const store::Photo& photo)
    {
        if (m_repair == Repair::Yes)
            writer().distrust(photo.id);
        for (const store::ModelSummary& model : m_library.models())
            if (std::ranges::find(m_report.modelsToIndex, model.name) == m_report.modelsToIndex.end())
                m_report.modelsToIndex.push_back(model.name);
        found(Kind::Photograph,
            fmt::format("{} is not what was indexed, although its size and time are.", photo.path.string()),
            m_repair == Repair::Yes);
    }

    /// `content`: of the photograph, where it was read and is what was indexed.
    void thumbnail(const store::Photo& photo, std::optional<std::vector<std::byte>> content)
    {
        const fs::path file = m_library.thumbnailPath(photo.contentHash);
        const auto bytes = contentOf(file);
        if (bytes && isPicture(*bytes, m_reading))
            return;
        bool mended = false;
        if (m_repair == Repair::Yes) {
            if (!content)
                content = contentOf(photo.path);
            if (content && contentHash(*content) == photo.contentHash)
                mended = isMadeAgain(*content, file);
        }
        found(Kind::Thumbnail,
            fmt::format("The small picture {} of {} {}.", file.string(), photo.path.string(),
                bytes ? "is damaged" : "is missing"),
            mended);
    }

    static bool isMadeAgain(std::span<const std::byte> photograph, const fs::path& file)
    {
        try {
            writeThumbnail(image::decode(photograph, { .minSide = image::thumbnailSide }), file);
            return true;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::UnreadableInput)
                throw;
            return false;
        }
    }

    Library m_library;
    std::optional<Library> m_writer;
    Repair m_repair;
    Reading m_reading;
    const JobControl& m_job;
    LibraryCheck& m_report;
    RateMeter m_meter;
    std::unordered_set<std::string> m_thumbnails; ///< by content: several photographs may share one
};

/// Whether the database can be asked for the rest.
bool checkDatabase(const fs::path& folder, Repair repair, LibraryCheck& report)
{
    const std::vector<std::string> damage = store::databaseDamage(folder);
    const fs::path file = folder / "library.db";
    for (const std::string& what : damage)
        report.findings.push_back({ Kind::Database, fmt::format("{}: {}.", file.string(), what), false });
    if (damage.empty() || repair == Repair::No)
        return damage.empty();
    const store::MendedDatabase mended = store::mendDatabase(folder);
    for (LibraryFinding& finding : report.findings)
        finding.mended = true;
    for (const std::string& table : mended.lost)
        report.findings.push_back({ Kind::Database,
            fmt::format("{}: what stood in {} could not be read{}.", file.string(), table,
                table == "roots" ? ". Name the library's folders to index again" : ""),
            false });
    for (const store::ModelSummary& model : Library::open(folder, Library::Mode::ReadOnly).models())
        if (model.photos < mended.photographs || mended.distrusted > 0)
            report.modelsToIndex.push_back(model.name);
    return true;
}

std::int64_t bytesBelow(const fs::path& folder)
{
    std::int64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error); !error && entry != fs::recursive_directory_iterator();
         entry.increment(error)) {
        std::error_code gone;
        if (const auto size = entry->is_regular_file(gone) ? entry->file_size(gone) : 0; !gone)
            bytes += static_cast<std::int64_t>(size);
    }
    return bytes;
}

} // namespace

std::int64_t LibraryCheck::unmended() const
{
    return std::ranges::count(findings, false, &LibraryFinding::mended);
}

LibraryCheck checkLibrary(const fs::path& folder, Repair repair, Reading reading, const JobControl& job)
{
    LibraryCheck report;
    job.tell({ .stage = "Checking library.db", .secondsRemaining = {} });
    if (!checkDatabase(folder, repair, report))
        return report;
    Check check(folder, repair, reading, job, report);
    check.vectors();
    check.photographs();
    std::ranges::sort(report.modelsToIndex);
    const auto repeated = std::ranges::unique(report.modelsToIndex);
    report.modelsToIndex.erase(repeated.begin(), repeated.end());
    return report;
}

CompactReport compactLibrary(const fs::path& folder, const JobControl& job)
{
    CompactReport report { bytesBelow(folder), 0 };
    {
        Library library = Library::open(folder, Library::Mode::ReadWrite);
        const std::vector<store::VectorState> states = library.vectorStates();
        for (const store::VectorState& state : states)
            if (!state.damage.empty())
                throw Error(ErrorKind::LibraryMismatch, state.damage, Hint::RepairLibrary);
        for (const store::VectorState& state : states) {
            job.throwIfStopped();
            job.tell({ .stage = "Writing vectors", .secondsRemaining = {} });
            if (state.unused > 0 || !state.hasChecksums)
                library.rewriteVectors(state.fingerprint);
        }
        job.throwIfStopped();
        job.tell({ .stage = "Sweeping", .secondsRemaining = {} });
        library.sweep();
    }
    report.bytesAfter = bytesBelow(folder);
    return report;
}

} // namespace wordsight::engine
