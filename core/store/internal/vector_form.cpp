#include "core/store/internal/vector_form.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

#include <unistd.h>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/base/error.h"

namespace wordsight::store {

namespace {

constexpr char magic[8] = { 'W', 'S', 'V', 'E', 'C', 'T', 'O', 'R' };
constexpr std::uint32_t firstWithChecksums = 3;
constexpr std::uint32_t halfFloats = 1;
constexpr std::size_t pageSize = 4096;
constexpr std::size_t fingerprintBytes = 64;
constexpr std::uint32_t largestDimension = 1 << 16;

/// The start of the file; boxes [regions × 4 floats] follow, then padding to a page, then rows. Since version 3 the
/// last eight bytes before the rows are a checksum of all before them.
struct FixedHeader {
    char magic[8];
    std::uint32_t version;
    std::uint32_t dimension;
    std::uint32_t elementType;
    std::uint32_t regions;
    std::uint32_t hasGlobal;
    std::uint32_t perPhotoRegions; ///< since version 2; 0 before
    char fingerprint[fingerprintBytes];
};

std::size_t roundedUp(std::size_t bytes, std::size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

} // namespace

bool Form::hasChecksums() const
{
    return version >= firstWithChecksums;
}

std::size_t headerBytes(const Form& form)
{
    const std::size_t checksum = form.hasChecksums() ? sizeof(std::uint64_t) : 0;
    return roundedUp(sizeof(FixedHeader) + form.layout.boxes.size() * sizeof(Box) + checksum, pageSize);
}

std::size_t vectorBytes(const VectorLayout& layout, std::size_t regions)
{
    return (regions + (layout.hasGlobal ? 1 : 0)) * layout.dimension * sizeof(std::uint16_t);
}

std::size_t rowBytes(const Form& form)
{
    const std::size_t vectors = vectorBytes(form.layout, form.layout.boxes.size());
    return form.hasChecksums() ? roundedUp(vectors + sizeof(std::uint64_t), sizeof(std::uint64_t)) : vectors;
}

std::uint64_t checksumOf(const Form& form, std::span<const std::byte> row, std::size_t index)
{
    if (!form.layout.perPhotoRegions)
        return XXH3_64bits_withSeed(row.data(), row.size() - sizeof(std::uint64_t), index);
    const std::uint64_t ofCounts = XXH3_64bits_withSeed(row.data(), offsetof(RowHeader, checksum), index);
    return XXH3_64bits_withSeed(row.data() + sizeof(RowHeader), row.size() - sizeof(RowHeader), ofCounts);
}

std::size_t placeOfChecksum(const Form& form, std::span<const std::byte> row)
{
    return form.layout.perPhotoRegions ? offsetof(RowHeader, checksum) : row.size() - sizeof(std::uint64_t);
}

std::size_t rowBytes(const VectorLayout& layout, const RowHeader& row)
{
    // The next one is aligned for its floats.
    return roundedUp(sizeof row + row.boxes * sizeof(Box) + vectorBytes(layout, row.regions), sizeof(RowHeader));
}

void damaged(const std::filesystem::path& file, const std::string& why)
{
    throw Error(
        ErrorKind::LibraryMismatch, fmt::format("The vector file {} {}.", file.string(), why), Hint::RepairLibrary);
}

void failIo(const std::filesystem::path& file, const char* what)
{
    throw Error(
        ErrorKind::Io, fmt::format("Cannot {} {}: {}.", what, file.string(), std::generic_category().message(errno)));
}

std::vector<std::byte> serialize(const Form& form)
{
    const VectorLayout& layout = form.layout;
    FixedHeader header {};
    std::memcpy(header.magic, magic, sizeof magic);
    header.version = form.version;
    header.dimension = layout.dimension;
    header.elementType = halfFloats;
    header.regions = static_cast<std::uint32_t>(layout.boxes.size());
    header.hasGlobal = layout.hasGlobal;
    header.perPhotoRegions = layout.perPhotoRegions;
    std::memcpy(
        header.fingerprint, layout.fingerprint.data(), std::min(layout.fingerprint.size(), fingerprintBytes - 1));
    std::vector<std::byte> bytes(headerBytes(form));
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + sizeof header, layout.boxes.data(), layout.boxes.size() * sizeof(Box));
    if (form.hasChecksums()) {
        const std::size_t place = bytes.size() - sizeof(std::uint64_t);
        const std::uint64_t checksum = XXH3_64bits(bytes.data(), place);
        std::memcpy(bytes.data() + place, &checksum, sizeof checksum);
    }
    return bytes;
}

namespace {

void readAt(int fd, void* target, std::size_t length, std::size_t at, const std::filesystem::path& file)
{
    auto* to = static_cast<std::byte*>(target);
    while (length > 0) {
        const ssize_t got = ::pread(fd, to, length, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) // the disk is at fault, not the file
            failIo(file, "read");
        if (got == 0)
            damaged(file, "is cut off");
        to += got;
        at += static_cast<std::size_t>(got);
        length -= static_cast<std::size_t>(got);
    }
}

} // namespace

Form readForm(int fd, const std::filesystem::path& file)
{
    FixedHeader header {};
    readAt(fd, &header, sizeof header, 0, file);
    if (std::memcmp(header.magic, magic, sizeof magic) != 0)
        damaged(file, "is not a vector file");
    if (header.version == 0 || header.version > newestVersion || header.elementType != halfFloats)
        damaged(file, fmt::format("is of version {}, which this program does not read", header.version));
    if (header.regions > mostRegions || header.dimension == 0 || header.dimension > largestDimension
        || header.hasGlobal > 1 || header.perPhotoRegions > 1 || (header.perPhotoRegions == 1 && header.regions > 0))
        damaged(file, "has a damaged header");
    Form form { { header.dimension, std::vector<Box>(header.regions), header.hasGlobal == 1, {},
                    header.perPhotoRegions == 1 },
        header.version };
    VectorLayout& layout = form.layout;
    layout.fingerprint.assign(header.fingerprint, ::strnlen(header.fingerprint, fingerprintBytes));
    readAt(fd, layout.boxes.data(), layout.boxes.size() * sizeof(Box), sizeof header, file);
    std::vector<std::byte> stored(headerBytes(form));
    readAt(fd, stored.data(), stored.size(), 0, file);
    // Where a checksum would stand is nothing in older files: one flipped bit makes version 2 of version 3.
    const auto end = std::span(stored).last(sizeof(std::uint64_t));
    const bool roomForChecksum = headerBytes({ layout, newestVersion }) == stored.size();
    const bool whole = form.hasChecksums()
        ? stored == serialize(form)
        : !roomForChecksum || std::ranges::all_of(end, [](std::byte b) { return b == std::byte {}; });
    if (!whole)
        damaged(file, "has a damaged header");
    return form;
}

struct stat statusOf(int fd, const std::filesystem::path& file)
{
    struct stat status { };
    if (::fstat(fd, &status) != 0)
        failIo(file, "read the size of");
    return status;
}

namespace {

std::size_t sizeOf(int fd, const std::filesystem::path& file)
{
    return static_cast<std::size_t>(statusOf(fd, file).st_size);
}

} // namespace

std::vector<std::size_t> startsOfOwnRows(
    int fd, const Form& form, std::size_t rows, const std::filesystem::path& file, std::vector<std::size_t> starts)
{
    const std::size_t length = sizeOf(fd, file);
    if (starts.empty())
        starts.push_back(headerBytes(form));
    while (starts.size() <= rows) {
        RowHeader row {};
        if (starts.back() + sizeof row > length)
            damaged(file, "holds fewer photographs than the library says");
        readAt(fd, &row, sizeof row, starts.back(), file);
        if (row.regions > mostRegions || (row.boxes != 0 && row.boxes != row.regions))
            damaged(file, "has a damaged row");
        starts.push_back(starts.back() + rowBytes(form.layout, row));
    }
    if (starts.back() > length)
        damaged(file, "holds fewer photographs than the library says");
    return starts;
}

std::size_t endOfRows(int fd, const Form& form, std::size_t rows, const std::filesystem::path& file)
{
    if (form.layout.perPhotoRegions)
        return startsOfOwnRows(fd, form, rows, file).back();
    const std::size_t header = headerBytes(form), row = rowBytes(form), length = sizeOf(fd, file);
    if (row > 0 && (length < header || rows > (length - header) / row))
        damaged(file, "holds fewer photographs than the library says");
    return header + rows * row;
}

std::size_t rowsThatFit(int fd, const Form& form, std::size_t most, const std::filesystem::path& file)
{
    const std::size_t length = sizeOf(fd, file), header = headerBytes(form);
    if (length < header)
        return 0;
    if (!form.layout.perPhotoRegions)
        return rowBytes(form) == 0 ? most : std::min(most, (length - header) / rowBytes(form));
    std::size_t rows = 0, end = header;
    for (RowHeader row {}; rows < most && end + sizeof row <= length; ++rows) {
        readAt(fd, &row, sizeof row, end, file);
        if (row.regions > mostRegions || (row.boxes != 0 && row.boxes != row.regions)
            || rowBytes(form.layout, row) > length - end)
            break;
        end += rowBytes(form.layout, row);
    }
    return rows;
}

} // namespace wordsight::store
