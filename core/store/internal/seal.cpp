#include "core/store/internal/seal.h"

#include <memory>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/base/error.h"
#include "core/base/file.h"

namespace wordsight::store {

namespace {

std::filesystem::path sealOf(const Database& database)
{
    return database.file().string() + ".seal";
}

std::string checksumOf(const Database& database)
{
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
    XXH3_128bits_reset(state.get());
    database.readFile(
        [&state](std::span<const std::byte> bytes) { XXH3_128bits_update(state.get(), bytes.data(), bytes.size()); });
    const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

} // namespace

void seal(Database& database) noexcept
{
    try {
        if (database.isLogEmpty() && isSealed(database))
            return;
        database.execute("PRAGMA busy_timeout = 500"); // for who reads just now
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        if (!database.isLogEmpty())
            return;
        const std::string checksum = checksumOf(database);
        writeFileAtomically(sealOf(database), std::as_bytes(std::span(checksum)), Durability::Replaceable);
    } catch (const std::exception&) {
        // Whoever opens the library next has SQLite check it.
    }
}

bool isSealed(const Database& database)
{
    try {
        std::error_code none;
        return database.isLogEmpty() && std::filesystem::exists(sealOf(database), none)
            && readTextFile(sealOf(database)) == checksumOf(database);
    } catch (const Error&) {
        return false;
    }
}

} // namespace wordsight::store
