#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "core/store/vector_file.h"

/// How a vector file is laid out on the disk, in each of its versions.
namespace wordsight::store {

inline constexpr std::uint32_t newestVersion = 3;
inline constexpr std::uint32_t mostRegions = 1 << 16;

/// The start of a row with regions of its own; boxes, vectors and padding follow. Rows of common regions have no
/// header; since version 3 their checksum is their last eight bytes.
struct RowHeader {
    std::uint32_t regions;
    std::uint32_t boxes;    ///< as many as regions, or 0
    std::uint64_t checksum; ///< since version 3; 0 before
};

/// A layout as a file of some version holds it.
struct Form {
    VectorLayout layout;
    std::uint32_t version = newestVersion;

    bool hasChecksums() const;
};

std::size_t headerBytes(const Form& form);
std::size_t vectorBytes(const VectorLayout& layout, std::size_t regions);
std::size_t rowBytes(const Form& form);                                 ///< of a row of common regions
std::size_t rowBytes(const VectorLayout& layout, const RowHeader& row); ///< of a row of own regions

/// Of a row, and of its place: a row that stands where another should is not what was written either.
std::uint64_t checksumOf(const Form& form, std::span<const std::byte> row, std::size_t index);
std::size_t placeOfChecksum(const Form& form, std::span<const std::byte> row);

std::vector<std::byte> serialize(const Form& form);
/// Throws Error{LibraryMismatch} where a bit of the header is not as it was written, Error{Io}.
Form readForm(int fd, const std::filesystem::path& file);

struct stat statusOf(int fd, const std::filesystem::path& file);

/// Where the first `rows` rows begin, and where the last of them ends. `starts`: the same of fewer rows, or empty.
std::vector<std::size_t> startsOfOwnRows(int fd, const Form& form, std::size_t rows, const std::filesystem::path& file,
    std::vector<std::size_t> starts = {});
/// Where the first `rows` rows end. Both throw Error{LibraryMismatch} where the file holds fewer.
std::size_t endOfRows(int fd, const Form& form, std::size_t rows, const std::filesystem::path& file);

/// How many of the first `most` rows the file holds.
std::size_t rowsThatFit(int fd, const Form& form, std::size_t most, const std::filesystem::path& file);

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& why);
[[noreturn]] void failIo(const std::filesystem::path& file, const char* what); ///< with what errno says

} // namespace wordsight::store
