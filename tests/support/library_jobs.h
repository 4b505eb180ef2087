#pragma once

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/data/half.h"
#include "core/engine/library/library_check.h"
#include "core/store/backup.h"
#include "tests/support/colour_model.h"
#include "tests/support/faults/faults.h"
#include "tests/support/indexing.h"
#include "tests/support/library_v1.h"
#include "tests/support/photo_folder.h"

namespace wordsight::test {

/// What a test and the processes that it starts see of each other.
struct Shared {
    Fault fault;
    char said[512] = "";
};

inline Shared& shared()
{
    static auto* memory
        = new (::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Shared;
    return *memory;
}

enum Outcome { Done = 0, Refused = 3, Wrong = 4 };

/// Runs it in a process of its own: Refused where it throws an Error that is nobody's defect, Wrong for all others,
/// with what was said in Shared::said. OpenCV's and Torch's threads live in such processes only, for they do not
/// survive a fork.
inline pid_t start(const std::function<void()>& work, Fault* fault = nullptr)
{
    shared().said[0] = '\0';
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    ::alarm(60);
    int outcome = Done;
    try {
        armFault(fault);
        work();
    } catch (const Error& error) {
        outcome = error.kind() == ErrorKind::Internal ? Wrong : Refused;
        std::snprintf(shared().said, sizeof shared().said, "%s", error.what());
    } catch (const std::exception& error) {
        outcome = Wrong;
        std::snprintf(shared().said, sizeof shared().said, "%s", error.what());
    }
    armFault(nullptr);
    ::_exit(outcome);
}

/// What became of it; minus the signal that ended it.
inline int outcomeOf(pid_t child)
{
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A folder with photographs, libraries and a backup, to be copied, worked on under faults, and looked at afterwards.
class LibraryJobs {
public:
    static constexpr int photographs = 9;
    static constexpr int known = 3; ///< of them, in the library that is still to be indexed

    explicit LibraryJobs(std::filesystem::path at)
        : m_at(std::move(at))
    {
    }

    /// What is to be done: each has a library to begin with.
    static std::vector<std::string> names()
    {
        return { "index", "migrate", "compact", "repair vectors", "repair database", "backup", "restore" };
    }

    /// Everything that the jobs begin with; in a process of its own.
    void prepare() const
    {
        for (int i = 0; i < photographs; ++i)
            writeAt(photograph(i), i);
        index(whole(), photographs);
        index(base("index"), known);
        std::filesystem::copy(whole(), base("compact"), std::filesystem::copy_options::recursive);
        {
            store::Library library = store::Library::open(base("compact"), store::Library::Mode::ReadWrite);
            for (int i = 0; i < known; ++i)
                library.removePhoto(library.photoAt(photograph(i))->id);
        }
        for (const char* job : { "repair vectors", "repair database", "backup", "restore" })
            std::filesystem::copy(whole(), base(job), std::filesystem::copy_options::recursive);
        std::filesystem::copy(
            LibraryV1(m_at / "older").library(), base("migrate"), std::filesystem::copy_options::recursive);
        flip(vectorsOf(base("repair vectors")), 4096 + 3);
        std::filesystem::resize_file(
            vectorsOf(base("repair vectors")), std::filesystem::file_size(vectorsOf(base("repair vectors"))) - 1);
        damageDatabase(base("repair database"));
        index(m_at / "backup", known);
    }

    /// A fresh copy of what the job begins with.
    std::filesystem::path begin(const std::string& job) const
    {
        const std::filesystem::path library = m_at / "work" / "library";
        std::filesystem::remove_all(m_at / "work");
        std::filesystem::create_directories(m_at / "work");
        std::filesystem::copy(base(job), library, std::filesystem::copy_options::recursive);
        return library;
    }

    /// What the job begins with, not to be changed.
    std::filesystem::path beginning(const std::string& job) const { return base(job); }

    /// All that faults may hit lies below this.
    std::filesystem::path work() const { return m_at / "work"; }

    void run(const std::string& job, const std::filesystem::path& library) const
    {
        if (job == "index")
            index(library, photographs);
        else if (job == "migrate")
            store::Library::open(library, store::Library::Mode::ReadOnly);
        else if (job == "compact")
            engine::compactLibrary(library);
        else if (job.starts_with("repair"))
            engine::checkLibrary(library, engine::Repair::Yes, engine::Reading::OwnFiles);
        else if (job == "backup")
            store::backUp(library, m_at / "work/backup");
        else
            store::restore(m_at / "backup", library);
    }

    /// Photographs that the library must still hold after the job, however that ended: all that it began with, but
    /// those whose database is damaged or that a backup takes the place of. Throws where one is missing, twice, or has
    /// the vectors of another; in a process of its own.
    void inspect(const std::string& job, const std::filesystem::path& library) const
    {
        if (job == "migrate")
            return inspectMigrated(library);
        const bool open = !job.starts_with("repair") || isMended(library); // what is damaged refuses to be read
        if (open)
            inspectRows(job, library);
        if (job == "backup" && std::filesystem::exists(m_at / "work/backup"))
            inspectRows("backup", m_at / "work/backup");
        // The next run: whatever was refused is mended where it is damaged, then everything is brought up to date.
        if (job.starts_with("repair"))
            engine::checkLibrary(library, engine::Repair::Yes, engine::Reading::OwnFiles);
        if (job == "backup" && !std::filesystem::exists(m_at / "work/backup"))
            store::backUp(library, m_at / "work/backup");
        if (job == "compact")
            engine::compactLibrary(library);
        index(library, photographs);
        const auto rows = rowsOf(library);
        require(rows.size() == photographs, "the next run did not encode all photographs");
        const engine::LibraryCheck check
            = engine::checkLibrary(library, engine::Repair::No, engine::Reading::Everything);
        require(check.findings.empty(), check.findings.empty() ? "" : check.findings.front().text);
        require(check.photographs == photographs, "a photograph is missing or there twice");
    }

    /// Paths of the photographs that can be searched, with vectors that are theirs.
    std::map<std::string, std::vector<std::uint16_t>> rowsOf(const std::filesystem::path& library) const
    {
        std::map<std::string, std::vector<std::uint16_t>> found;
        const store::Library opened = store::Library::open(library, store::Library::Mode::ReadOnly);
        const store::ModelRows rows = opened.rows(ColourModel().info().fingerprint);
        for (std::size_t i = 0; i < rows.rows.size(); ++i) {
            const auto row = rows.vectors.row(rows.rows[i]);
            require(found.try_emplace(opened.photo(rows.photos[i])->path.string(), row.begin(), row.end()).second,
                "a photograph is there twice");
        }
        return found;
    }

    std::filesystem::path photograph(int i) const { return m_at / "photographs" / (std::to_string(i) + ".jpg"); }
    std::filesystem::path whole() const { return m_at / "whole"; }

private:
    std::filesystem::path base(const std::string& job) const { return m_at / ("base " + job); }

    static void require(bool is, const std::string& otherwise)
    {
        if (!is)
            throw std::logic_error(otherwise);
    }

    void inspectRows(const std::string& job, const std::filesystem::path& library) const
    {
        const auto right = rowsOf(whole());
        const auto rows = rowsOf(library);
        for (const auto& [path, row] : rows)
            require(right.contains(path) && right.at(path) == row, path + " has the vectors of another");
        for (int i = 0; i < photographs; ++i) {
            const bool was = job == "index" || job == "restore" ? i < known
                : job == "compact"                              ? i >= known
                : job == "repair vectors"                       ? i > 0 && i < photographs - 1
                : job == "repair database"                      ? i != 2
                                                                : true;
            require(!was || rows.contains(photograph(i).string()), photograph(i).string() + " was lost");
        }
        if (job == "restore")
            require(rows.size() == photographs || rows.size() == known, "half a backup was restored");
    }

    /// The library of version 1 has three photographs.
    static void inspectMigrated(const std::filesystem::path& library)
    {
        const std::string fingerprint = "c0105c0105c01050";
        const auto opened = store::Library::open(library, store::Library::Mode::ReadOnly);
        require(opened.photos().size() == 3 && opened.rows(fingerprint).rows.size() == 3, "a photograph was lost");
        engine::compactLibrary(library);
        const auto check = engine::checkLibrary(library, engine::Repair::No, engine::Reading::OwnFiles);
        require(check.findings.empty(), check.findings.empty() ? "" : check.findings.front().text);
        require(opened.rows(fingerprint).rows.size() == 3, "a photograph was lost by the next run");
    }

    static bool isMended(const std::filesystem::path& library)
    {
        return engine::checkLibrary(library, engine::Repair::No, engine::Reading::OwnFiles).unmended() == 0;
    }

    /// One photograph after the other, so that there are as many commits.
    void index(const std::filesystem::path& library, int count) const
    {
        ColourModel model;
        store::Library opened = store::Library::open(library, store::Library::Mode::Create);
        for (int i = 0; i < count; ++i) {
            const std::filesystem::path paths[] = { photograph(i) };
            test::index(opened, paths, model, {});
        }
    }

    static void writeAt(const std::filesystem::path& file, int number)
    {
        std::filesystem::create_directories(file.parent_path());
        const auto shade = static_cast<std::uint8_t>(25 * number);
        writeFileAtomically(file, image::encodeJpeg(quartered(40 + number, 40, { shade, 90, 200 }, { 255, shade, 0 })),
            Durability::Replaceable);
    }

    static std::filesystem::path vectorsOf(const std::filesystem::path& library)
    {
        for (const auto& entry : std::filesystem::directory_iterator(library / "vectors"))
            if (entry.path().extension() == ".vec")
                return entry.path();
        throw std::logic_error("no vectors");
    }

    static void flip(const std::filesystem::path& file, std::size_t byte)
    {
        auto bytes = readFile(file);
        bytes.at(byte) ^= std::byte { 4 };
        writeFileAtomically(file, bytes, Durability::Replaceable);
    }

    /// The row of photograph 2 in the table, but not in its index.
    static void damageDatabase(const std::filesystem::path& library)
    {
        const std::string text = readTextFile(library / "library.db");
        const auto place = text.find("\x03" + ColourModel().info().fingerprint);
        require(place != std::string::npos, "no row to damage");
        flip(library / "library.db", place + 1 + ColourModel().info().fingerprint.size());
    }

    std::filesystem::path m_at;
};

} // namespace wordsight::test
