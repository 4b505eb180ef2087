#include "core/store/vector_file.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <fmt/format.h>
#include <xxhash.h>

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/data/half.h"

namespace wordsight::store {

namespace {

constexpr char magic[8] = { 'W', 'S', 'V', 'E', 'C', 'T', 'O', 'R' };
constexpr std::uint32_t newestVersion = 3;
constexpr std::uint32_t firstWithChecksums = 3;
constexpr std::uint32_t halfFloats = 1;
constexpr std::size_t pageSize = 4096;
constexpr std::size_t fingerprintBytes = 64;
constexpr std::uint32_t mostRegions = 1 << 16;
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

    bool hasChecksums() const { return version >= firstWithChecksums; }
};

std::size_t roundedUp(std::size_t bytes, std::size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
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

/// Of a row of common regions.
std::size_t rowBytes(const Form& form)
{
    const std::size_t vectors = vectorBytes(form.layout, form.layout.boxes.size());
    return form.hasChecksums() ? roundedUp(vectors + sizeof(std::uint64_t), sizeof(std::uint64_t)) : vectors;
}

/// Of a row, and of its place: a row that stands where another should is not what was written either.
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

/// Of a row of own regions: the next one is aligned for its floats.
std::size_t rowBytes(const VectorLayout& layout, const RowHeader& row)
{
    return roundedUp(sizeof row + row.boxes * sizeof(Box) + vectorBytes(layout, row.regions), sizeof(RowHeader));
}

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& why)
{
    throw Error(ErrorKind::LibraryMismatch,
        fmt::format("The vector file {} {}. Move it out of the library and index again: the photographs, which are not "
                    "touched, are then encoded anew.",
            file.string(), why));
}

[[noreturn]] void failIo(const std::filesystem::path& file, const char* what)
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

std::size_t sizeOf(int fd, const std::filesystem::path& file)
{
    return static_cast<std::size_t>(statusOf(fd, file).st_size);
}

/// Where the first `rows` rows begin, and where the last of them ends. `starts`: the same of fewer rows, or empty.
std::vector<std::size_t> startsOfOwnRows(
    int fd, const Form& form, std::size_t rows, const std::filesystem::path& file, std::vector<std::size_t> starts = {})
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

/// Where the first `rows` rows end.
std::size_t endOfRows(int fd, const Form& form, std::size_t rows, const std::filesystem::path& file)
{
    if (form.layout.perPhotoRegions)
        return startsOfOwnRows(fd, form, rows, file).back();
    const std::size_t header = headerBytes(form), row = rowBytes(form), length = sizeOf(fd, file);
    if (row > 0 && (length < header || rows > (length - header) / row))
        damaged(file, "holds fewer photographs than the library says");
    return header + rows * row;
}

void writeAt(int fd, const void* data, std::size_t length, std::size_t at, const std::filesystem::path& file)
{
    const char* bytes = static_cast<const char*>(data);
    while (length > 0) {
        const ssize_t wrote = ::pwrite(fd, bytes, length, static_cast<off_t>(at));
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            failIo(file, "write");
        bytes += wrote;
        at += static_cast<std::size_t>(wrote);
        length -= static_cast<std::size_t>(wrote);
    }
}

/// A file whose rows no library knows of is not written over: library.db may have been lost, and come back. One is
/// kept.
void keepUnknownRows(const std::filesystem::path& file, const VectorLayout& layout, std::size_t committedRows)
{
    const std::filesystem::path kept = file.string() + ".old";
    std::error_code absent;
    const auto size = std::filesystem::file_size(file, absent);
    if (committedRows == 0 && !absent && size > headerBytes({ layout, newestVersion })
        && !std::filesystem::exists(kept, absent))
        std::filesystem::rename(file, kept, absent);
}

} // namespace

struct VectorView::Mapping {
    std::filesystem::path file;
    std::uint64_t inode = 0;
    Form form;
    std::vector<std::size_t> starts; ///< of every row, where rows have regions of their own
    void* address = nullptr;
    std::size_t length = 0;
    mutable std::vector<std::atomic<bool>> verified; ///< rows whose checksum was right; empty where there are none

    Mapping() = default;
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping()
    {
        if (address)
            ::munmap(address, length);
    }
};

const VectorLayout& VectorView::layout() const
{
    static const VectorLayout none;
    return m_mapping ? m_mapping->form.layout : none;
}

std::uint64_t VectorView::fileId() const
{
    return m_mapping ? m_mapping->inode : 0;
}

const std::byte* VectorView::rowStart(std::size_t index) const
{
    const Mapping& mapping = *m_mapping;
    const bool own = mapping.form.layout.perPhotoRegions;
    const std::size_t at = own ? mapping.starts[index] : headerBytes(mapping.form) + index * rowBytes(mapping.form);
    const auto* start = static_cast<const std::byte*>(mapping.address) + at;
    if (mapping.verified.empty() || mapping.verified[index].load(std::memory_order_relaxed))
        return start;
    const std::span<const std::byte> row(start, own ? mapping.starts[index + 1] - at : rowBytes(mapping.form));
    std::uint64_t written = 0;
    std::memcpy(&written, row.data() + placeOfChecksum(mapping.form, row), sizeof written);
    if (written != checksumOf(mapping.form, row, index))
        damaged(mapping.file, fmt::format("is damaged: row {} is not what was written", index));
    mapping.verified[index].store(true, std::memory_order_relaxed);
    return start;
}

std::size_t VectorView::regionCount(std::size_t index) const
{
    const VectorLayout& shape = m_mapping->form.layout;
    return shape.perPhotoRegions ? reinterpret_cast<const RowHeader*>(rowStart(index))->regions : shape.boxes.size();
}

std::span<const Box> VectorView::boxes(std::size_t index) const
{
    if (!m_mapping->form.layout.perPhotoRegions)
        return m_mapping->form.layout.boxes;
    const auto* header = reinterpret_cast<const RowHeader*>(rowStart(index));
    return { reinterpret_cast<const Box*>(header + 1), header->boxes };
}

std::span<const std::uint16_t> VectorView::row(std::size_t index) const
{
    const VectorLayout& shape = m_mapping->form.layout;
    const std::byte* start = rowStart(index);
    if (shape.perPhotoRegions)
        start += sizeof(RowHeader) + boxes(index).size_bytes();
    return { reinterpret_cast<const std::uint16_t*>(start),
        vectorBytes(shape, regionCount(index)) / sizeof(std::uint16_t) };
}

struct VectorFile::Impl {
    std::filesystem::path file;
    Form form;
    Descriptor descriptor;
    std::size_t rows = 0;
    std::size_t end = 0;           ///< of the last row
    std::vector<std::byte> buffer; ///< one row, converted
};

VectorFile::VectorFile(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
VectorFile::VectorFile(VectorFile&&) noexcept = default;
VectorFile& VectorFile::operator=(VectorFile&&) noexcept = default;
VectorFile::~VectorFile() = default;

VectorFile VectorFile::open(const std::filesystem::path& file, const VectorLayout& layout, std::size_t committedRows)
{
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    impl->form.layout = layout;
    keepUnknownRows(file, layout, committedRows);
    impl->descriptor = Descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    const int fd = impl->descriptor.get();
    if (fd < 0)
        failIo(file, "open");
    // Without a committed row the header itself may be half written: start over.
    if (committedRows == 0) {
        if (::ftruncate(fd, 0) != 0)
            failIo(file, "empty");
        const std::vector<std::byte> header = serialize(impl->form);
        writeAt(fd, header.data(), header.size(), 0, file);
        const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (folder.get() < 0 || ::fsync(folder.get()) != 0) // the file's name must outlive a power cut, too
            failIo(file, "make");
        impl->end = header.size();
    } else {
        impl->form = readForm(fd, file);
        if (!(impl->form.layout == layout))
            damaged(file, "was made by another model than its name says");
        impl->end = endOfRows(fd, impl->form, committedRows, file);
        if (::ftruncate(fd, static_cast<off_t>(impl->end)) != 0)
            failIo(file, "cut");
    }
    impl->rows = committedRows;
    return VectorFile(std::move(impl));
}

std::size_t VectorFile::append(const Matrix& regions, std::span<const float> global, std::span<const Box> boxes)
{
    const VectorLayout& layout = m_impl->form.layout;
    const bool fits = layout.perPhotoRegions
        ? regions.rows <= mostRegions && (boxes.empty() || boxes.size() == regions.rows)
        : regions.rows == layout.boxes.size() && boxes.empty();
    if (!fits || regions.cols != layout.dimension || global.size() != (layout.hasGlobal ? layout.dimension : 0))
        throw Error(ErrorKind::Internal, fmt::format("An encoding does not fit {}.", m_impl->file.string()));
    std::vector<std::byte>& row = m_impl->buffer;
    row.clear();
    if (layout.perPhotoRegions) {
        const RowHeader header { static_cast<std::uint32_t>(regions.rows), static_cast<std::uint32_t>(boxes.size()),
            0 };
        row.resize(rowBytes(layout, header));
        std::memcpy(row.data(), &header, sizeof header);
        std::memcpy(row.data() + sizeof header, boxes.data(), boxes.size_bytes());
    } else {
        row.resize(rowBytes(m_impl->form));
    }
    auto* vectors = reinterpret_cast<std::uint16_t*>(
        row.data() + (layout.perPhotoRegions ? sizeof(RowHeader) + boxes.size_bytes() : 0));
    std::ranges::transform(global, std::ranges::transform(regions.data, vectors, toHalf).out, toHalf);
    if (m_impl->form.hasChecksums()) {
        const std::uint64_t checksum = checksumOf(m_impl->form, row, m_impl->rows);
        std::memcpy(row.data() + placeOfChecksum(m_impl->form, row), &checksum, sizeof checksum);
    }
    writeAt(m_impl->descriptor.get(), row.data(), row.size(), m_impl->end, m_impl->file);
    m_impl->end += row.size();
    return m_impl->rows++;
}

void VectorFile::sync()
{
    if (::fdatasync(m_impl->descriptor.get()) != 0)
        failIo(m_impl->file, "write");
}

std::size_t VectorFile::rows() const
{
    return m_impl->rows;
}

VectorView VectorFile::view(const std::filesystem::path& file, std::size_t rows, const VectorView& known)
{
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.get() < 0 && errno == ENOENT)
        damaged(file, "is missing");
    if (descriptor.get() < 0) // too many open files, or a disk that fails: the file itself may be as good as ever
        failIo(file, "open");
    const std::uint64_t inode = statusOf(descriptor.get(), file).st_ino;
    const bool extends = known.fileId() == inode && known.rows() <= rows;
    if (extends && known.rows() == rows)
        return known;
    auto mapping = std::make_shared<VectorView::Mapping>();
    mapping->file = file;
    mapping->inode = inode;
    mapping->form = readForm(descriptor.get(), file);
    if (mapping->form.layout.perPhotoRegions)
        mapping->starts = startsOfOwnRows(descriptor.get(), mapping->form, rows, file,
            extends ? known.m_mapping->starts : std::vector<std::size_t>());
    const std::size_t length = mapping->form.layout.perPhotoRegions
        ? mapping->starts.back()
        : endOfRows(descriptor.get(), mapping->form, rows, file);
    if (mapping->form.hasChecksums())
        mapping->verified = std::vector<std::atomic<bool>>(rows);
    for (std::size_t i = 0; extends && i < known.m_mapping->verified.size(); ++i)
        mapping->verified[i] = known.m_mapping->verified[i].load(std::memory_order_relaxed);
    void* address = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, descriptor.get(), 0);
    if (address == MAP_FAILED)
        failIo(file, "map");
    mapping->address = address;
    mapping->length = length;
    VectorView view;
    view.m_mapping = std::move(mapping);
    view.m_rows = rows;
    return view;
}

} // namespace wordsight::store
