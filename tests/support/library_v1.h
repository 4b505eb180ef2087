#pragma once

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <sqlite3.h>

namespace wordsight::test {

/// The committed library of version 1 (tests/data/library_v1) in a folder of its own, with its photographs beside it
/// where it says they are, as they were. Nothing of this program's own has touched it.
class LibraryV1 {
public:
    explicit LibraryV1(const std::filesystem::path& at)
        : m_at(at)
    {
        namespace fs = std::filesystem;
        fs::create_directories(at);
        fs::copy(fs::path(WORDSIGHT_SOURCE_DIR) / "tests/data/library_v1", at, fs::copy_options::recursive);
        using namespace std::chrono;
        const file_time<nanoseconds> written
            = file_clock::from_sys(sys_time<nanoseconds>(sys_days(2021y / 3 / 5) + 12h));
        for (const auto& photograph : fs::directory_iterator(photographs()))
            fs::last_write_time(photograph, written);
        for (const char* table : { "photos", "roots", "rejected" })
            execute("UPDATE " + std::string(table) + " SET path = CAST(replace(CAST(path AS TEXT), '/tmp/library_v1', '"
                + at.string() + "') AS BLOB)");
    }

    std::filesystem::path library() const { return m_at / "library"; }
    std::filesystem::path photographs() const { return m_at / "photographs"; }
    /// As its file says it now.
    int version() const
    {
        int version = 0;
        execute(
            "PRAGMA user_version",
            [](void* to, int, char** values, char**) {
                *static_cast<int*>(to) = std::stoi(values[0]);
                return 0;
            },
            &version);
        return version;
    }

private:
    void execute(const std::string& sql, int (*row)(void*, int, char**, char**) = nullptr, void* to = nullptr) const
    {
        sqlite3* connection = nullptr;
        const bool done = sqlite3_open((library() / "library.db").c_str(), &connection) == SQLITE_OK
            && sqlite3_exec(connection, sql.c_str(), row, to, nullptr) == SQLITE_OK;
        sqlite3_close(connection);
        if (!done)
            throw std::runtime_error("The library of version 1 could not be put in place.");
    }

    std::filesystem::path m_at;
};

} // namespace wordsight::test
