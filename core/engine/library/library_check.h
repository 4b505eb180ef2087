#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job_control.h"

namespace wordsight::engine {

/// Something in a library that is not as it should be.
struct LibraryFinding {
    enum class Kind { Database, Vectors, Thumbnail, Photograph };
    Kind kind = Kind::Database;
    std::string text; ///< a sentence that names the file
    bool mended = false;
};

struct LibraryCheck {
    std::vector<LibraryFinding> findings;
    std::int64_t photographs = 0;
    std::int64_t vectors = 0;               ///< rows that were held against their checksums
    std::int64_t absent = 0;                ///< photographs whose files cannot be seen now
    std::int64_t changed = 0;               ///< whose files have changed since; the next run of indexing reads them
    std::int64_t withoutChecksums = 0;      ///< vectors in files of older versions; compactLibrary() gives them some
    std::vector<std::string> modelsToIndex; ///< that the next run of indexing has photographs to encode again with

    std::int64_t unmended() const;
};

enum class Repair { No, Yes };
enum class Reading {
    OwnFiles,   ///< what the library itself consists of
    Everything, ///< also the photographs, held against the hashes of what was indexed, and every small picture in full
};

/// Looks for damage: library.db (SQLite's own check), vectors (every row against its checksum, their number against
/// what the database says), small pictures, photographs that are not what was indexed. Repair: a damaged database is
/// made anew of what can be read of it, damaged vectors are given up, small pictures are made again, and what must be
/// encoded again is left to the next run of indexing; photographs themselves are only ever read. Without Repair it
/// ends at a damaged database, which cannot be asked anything.
/// Throws Error{UnreadableInput} where there is no library, Error{LibraryMismatch} where it is of a newer version,
/// another process writes, or nothing can be read; Error{Io}; Error{Cancelled}.
LibraryCheck checkLibrary(
    const std::filesystem::path& folder, Repair repair, Reading reading, const JobControl& job = {});

struct CompactReport {
    std::int64_t bytesBefore = 0; ///< of the whole folder
    std::int64_t bytesAfter = 0;
};

/// Sweeps away what belongs to no photograph any more: rows of vectors, small pictures, files of models. Vectors of
/// older versions get checksums. Throws what checkLibrary throws, Error{LibraryMismatch} also for damage.
CompactReport compactLibrary(const std::filesystem::path& folder, const JobControl& job = {});

} // namespace wordsight::engine
