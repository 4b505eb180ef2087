#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace wordsight::store {

/// A statement that was bound and is being stepped. Values are numbered from 0. Reset when it goes out of scope.
class Statement {
public:
    explicit Statement(sqlite3_stmt* statement)
        : m_statement(statement)
    {
    }
    Statement(Statement&& other) noexcept
        : m_statement(std::exchange(other.m_statement, nullptr))
    {
    }
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, const std::string& text);
    Statement& bind(int index, const std::filesystem::path& path); ///< as bytes
    bool step(); ///< true while there is a row. Throws Error{Io} or Error{LibraryMismatch}.

    std::int64_t integer(int column) const;
    std::string text(int column) const;
    std::filesystem::path path(int column) const;

private:
    sqlite3_stmt* m_statement;
};

/// One connection; belongs to one thread. Statements are prepared once and kept.
class Database {
public:
    enum class Mode { ReadOnly, ReadWrite, Create };
    Database(const std::filesystem::path& file, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Statement prepare(const char* sql);
    void execute(const char* sql);
    std::int64_t lastInsertId() const;
    const std::filesystem::path& file() const { return m_file; }

    /// The bytes of the file, without what its log holds. Never open the file itself for that: closing it again would
    /// let go of the locks that all connections of this process hold on it.
    void readFile(const std::function<void(std::span<const std::byte>)>& take) const;
    /// No log beside the file holds what is not in it yet.
    bool isLogEmpty() const;
    /// Everything in here becomes what is in `source`, in one transaction: others see all of it or nothing.
    void replaceBy(Database& source);

private:
    sqlite3* m_connection = nullptr;
    std::filesystem::path m_file;
    std::map<std::string_view, sqlite3_stmt*> m_statements; ///< keyed by string literals
};

/// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(Database& database, const char* kind = "BEGIN IMMEDIATE")
        : m_database(&database)
    {
        database.execute(kind);
    }
    ~Transaction();
    void commit();

private:
    Database* m_database;
};

} // namespace wordsight::store
