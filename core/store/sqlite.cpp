#include "core/store/sqlite.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "core/base/error.h"

namespace wordsight::store {

namespace {

[[noreturn]] void fail(sqlite3* connection, int code, const std::filesystem::path& file)
{
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        throw Error(ErrorKind::LibraryMismatch, fmt::format("{} is damaged or no library.", file.string()),
            Hint::RepairLibrary);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        throw Error(ErrorKind::LibraryMismatch,
            fmt::format("{} is in use by another program. Close it and try again.", file.string()));
    case SQLITE_FULL:
        throw Error(ErrorKind::Io, fmt::format("{} cannot be written: the disk is full.", file.string()));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        throw Error(ErrorKind::Io, fmt::format("{} cannot be opened or written to: is that allowed?", file.string()));
    case SQLITE_IOERR:
        throw Error(
            ErrorKind::Io, fmt::format("{} cannot be read or written: the disk reports a fault.", file.string()));
    default:
        throw Error(ErrorKind::Io,
            fmt::format("Something went wrong inside Wordsight with {} (SQLite: {}).", file.string(),
                connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code)));
    }
}

void check(sqlite3_stmt* statement, int code)
{
    if (code == SQLITE_OK)
        return;
    sqlite3* connection = sqlite3_db_handle(statement);
    fail(connection, code, sqlite3_db_filename(connection, "main"));
}

} // namespace

Statement::~Statement()
{
    if (m_statement) {
        sqlite3_reset(m_statement);
        sqlite3_clear_bindings(m_statement);
    }
}

Statement& Statement::bind(int index, std::int64_t value)
{
    check(m_statement, sqlite3_bind_int64(m_statement, index + 1, value));
    return *this;
}

Statement& Statement::bind(int index, const std::string& text)
{
    check(m_statement,
        sqlite3_bind_text64(m_statement, index + 1, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(int index, const std::filesystem::path& path)
{
    const std::string& bytes = path.native();
    check(m_statement, sqlite3_bind_blob64(m_statement, index + 1, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

bool Statement::step()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        check(m_statement, code);
    return false;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

std::string Statement::text(int column) const
{
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(m_statement, column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)))
                 : std::string();
}

std::filesystem::path Statement::path(int column) const
{
    return text(column);
}

namespace {

/// The file and its folder cannot be written, and no log beside it holds what is not in it yet.
bool isFrozen(const std::filesystem::path& file)
{
    std::error_code none;
    const auto log = std::filesystem::file_size(file.string() + "-wal", none);
    const bool writable = ::access(file.parent_path().c_str(), W_OK) == 0 && ::access(file.c_str(), W_OK) == 0;
    return !writable && (none || log == 0);
}

/// Every byte but letters, digits and a few others as %XX.
std::string asUri(const std::filesystem::path& file)
{
    std::string uri = "file:";
    const std::filesystem::path whole = std::filesystem::absolute(file);
    for (const char c : whole.native()) {
        const auto byte = static_cast<unsigned char>(c);
        uri += std::isalnum(byte) || byte == '/' || byte == '.' || byte == '-' || byte == '_'
            ? std::string(1, c)
            : fmt::format("%{:02X}", byte);
    }
    return uri;
}

} // namespace

Database::Database(const std::filesystem::path& file, Mode mode)
    : m_file(file)
{
    // A read-only connection to a WAL database still has to write its index, so read-only is asked for by query_only.
    // Where that cannot be written nobody else can write either, and SQLite is told so.
    const int create = mode == Mode::Create ? SQLITE_OPEN_CREATE : 0;
    const bool frozen = mode == Mode::ReadOnly && isFrozen(file);
    const int code = frozen
        ? sqlite3_open_v2((asUri(file) + "?immutable=1").c_str(), &m_connection,
            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr)
        : sqlite3_open_v2(file.c_str(), &m_connection, SQLITE_OPEN_READWRITE | create | SQLITE_OPEN_NOMUTEX, nullptr);
    try {
        if (code != SQLITE_OK)
            fail(m_connection, code, file);
        sqlite3_busy_timeout(m_connection, 5000);
        execute("PRAGMA foreign_keys = ON");
        if (mode == Mode::ReadOnly) {
            execute("PRAGMA query_only = ON");
        } else {
            execute("PRAGMA journal_mode = WAL");
            execute("PRAGMA synchronous = NORMAL"); // see Library::addEncodings
        }
    } catch (...) {
        sqlite3_close(m_connection);
        throw;
    }
}

Database::~Database()
{
    for (const auto& [sql, statement] : m_statements)
        sqlite3_finalize(statement);
    sqlite3_close(m_connection);
}

Statement Database::prepare(const char* sql)
{
    sqlite3_stmt*& statement = m_statements[sql];
    if (!statement) {
        if (const int code = sqlite3_prepare_v3(m_connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
            code != SQLITE_OK)
            fail(m_connection, code, m_file);
    }
    return Statement(statement);
}

void Database::execute(const char* sql)
{
    if (const int code = sqlite3_exec(m_connection, sql, nullptr, nullptr, nullptr); code != SQLITE_OK)
        fail(m_connection, code, m_file);
}

std::int64_t Database::lastInsertId() const
{
    return sqlite3_last_insert_rowid(m_connection);
}

void Database::readFile(const std::function<void(std::span<const std::byte>)>& take) const
{
    sqlite3_file* handle = nullptr;
    sqlite3_int64 size = 0;
    int code = sqlite3_file_control(m_connection, "main", SQLITE_FCNTL_FILE_POINTER, &handle);
    if (code == SQLITE_OK && handle && handle->pMethods)
        code = handle->pMethods->xFileSize(handle, &size);
    std::vector<std::byte> chunk(1 << 20);
    for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size; at += static_cast<sqlite3_int64>(chunk.size())) {
        const auto length = std::min(size - at, static_cast<sqlite3_int64>(chunk.size()));
        code = handle->pMethods->xRead(handle, chunk.data(), static_cast<int>(length), at);
        if (code == SQLITE_OK)
            take(std::span(chunk).first(static_cast<std::size_t>(length)));
    }
    if (code != SQLITE_OK)
        throw Error(ErrorKind::Io, fmt::format("{}: {}.", m_file.string(), sqlite3_errstr(code)));
}

bool Database::isLogEmpty() const
{
    std::error_code none;
    const auto log = std::filesystem::file_size(m_file.string() + "-wal", none);
    return none || log == 0;
}

void Database::replaceBy(Database& source)
{
    sqlite3_backup* copy = sqlite3_backup_init(m_connection, "main", source.m_connection, "main");
    if (!copy)
        fail(m_connection, sqlite3_errcode(m_connection), m_file);
    sqlite3_backup_step(copy, -1);
    if (const int code = sqlite3_backup_finish(copy); code != SQLITE_OK)
        fail(m_connection, code, m_file);
}

Transaction::~Transaction()
{
    if (!m_database)
        return;
    try {
        m_database->execute("ROLLBACK");
    } catch (const Error&) {
        // SQLite has rolled back by itself already.
    }
}

void Transaction::commit()
{
    m_database->execute("COMMIT");
    m_database = nullptr;
}

} // namespace wordsight::store
