#include "core/store/vector_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/store/descriptor.h"
#include "core/store/half.h"

namespace wordsight::store {

namespace {

constexpr char magic[8] = { 'W', 'S', 'V', 'E', 'C', 'T', 'O', 'R' };
constexpr std::uint32_t version = 1;
constexpr std::uint32_t halfFloats = 1;
constexpr std::size_t pageSize = 4096;
constexpr std::size_t fingerprintBytes = 64;
constexpr std::uint32_t mostRegions = 1 << 16;
constexpr std::uint32_t largestDimension = 1 << 16;

/// The start of the file; boxes [regions × 4 floats] follow, then padding to a page, then rows.
struct FixedHeader {
    char magic[8];
    std::uint32_t version;
    std::uint32_t dimension;
    std::uint32_t elementType;
    std::uint32_t regions;
    std::uint32_t hasGlobal;
    std::uint32_t reserved;
    char fingerprint[fingerprintBytes];
};

std::size_t headerBytes(std::size_t regions)
{
    const std::size_t bytes = sizeof(FixedHeader) + regions * sizeof(Box);
    return (bytes + pageSize - 1) / pageSize * pageSize;
}

std::size_t rowBytes(const VectorLayout& layout) { return layout.vectorsPerRow() * layout.dimension * sizeof(std::uint16_t); }

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& why)
{
    throw Error(ErrorKind::LibraryMismatch,
        fmt::format("The vector file {} {}. Delete it and index the photographs again; the photographs themselves are not touched.",
            file.string(), why));
}

[[noreturn]] void failIo(const std::filesystem::path& file, const char* what)
{
    throw Error(ErrorKind::Io, fmt::format("Cannot {} {}: {}.", what, file.string(), std::generic_category().message(errno)));
}

std::vector<std::byte> serialize(const VectorLayout& layout)
{
    FixedHeader header {};
    std::memcpy(header.magic, magic, sizeof magic);
    header.version = version;
    header.dimension = layout.dimension;
    header.elementType = halfFloats;
    header.regions = static_cast<std::uint32_t>(layout.boxes.size());
    header.hasGlobal = layout.hasGlobal;
    std::memcpy(header.fingerprint, layout.fingerprint.data(), std::min(layout.fingerprint.size(), fingerprintBytes - 1));
    std::vector<std::byte> bytes(headerBytes(layout.boxes.size()));
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + sizeof header, layout.boxes.data(), layout.boxes.size() * sizeof(Box));
    return bytes;
}

void readAt(int fd, void* target, std::size_t length, std::size_t at, const std::filesystem::path& file)
{
    if (::pread(fd, target, length, static_cast<off_t>(at)) != static_cast<ssize_t>(length))
        damaged(file, "is cut off");
}

VectorLayout readLayout(int fd, const std::filesystem::path& file)
{
    FixedHeader header {};
    readAt(fd, &header, sizeof header, 0, file);
    if (std::memcmp(header.magic, magic, sizeof magic) != 0)
        damaged(file, "is not a vector file");
    if (header.version != version || header.elementType != halfFloats)
        damaged(file, fmt::format("is of version {}, which this program does not read", header.version));
    if (header.regions > mostRegions || header.dimension == 0 || header.dimension > largestDimension || header.hasGlobal > 1)
        damaged(file, "has a damaged header");
    VectorLayout layout { header.dimension, std::vector<Box>(header.regions), header.hasGlobal == 1, {} };
    layout.fingerprint.assign(header.fingerprint, ::strnlen(header.fingerprint, fingerprintBytes));
    readAt(fd, layout.boxes.data(), layout.boxes.size() * sizeof(Box), sizeof header, file);
    return layout;
}

std::size_t sizeOf(int fd, const std::filesystem::path& file)
{
    struct stat status {};
    if (::fstat(fd, &status) != 0)
        failIo(file, "read the size of");
    return static_cast<std::size_t>(status.st_size);
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

} // namespace

struct VectorView::Mapping {
    VectorLayout layout;
    void* address = nullptr;
    std::size_t length = 0;

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
    return m_mapping ? m_mapping->layout : none;
}

std::span<const std::uint16_t> VectorView::row(std::size_t index) const
{
    const VectorLayout& shape = m_mapping->layout;
    const auto* start = static_cast<const std::byte*>(m_mapping->address) + headerBytes(shape.boxes.size()) + index * rowBytes(shape);
    return { reinterpret_cast<const std::uint16_t*>(start), rowBytes(shape) / sizeof(std::uint16_t) };
}

struct VectorFile::Impl {
    std::filesystem::path file;
    VectorLayout layout;
    Descriptor descriptor;
    std::size_t rows = 0;
    std::vector<std::uint16_t> buffer; ///< one row, converted
};

VectorFile::VectorFile(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
VectorFile::VectorFile(VectorFile&&) noexcept = default;
VectorFile& VectorFile::operator=(VectorFile&&) noexcept = default;
VectorFile::~VectorFile() = default;

VectorFile VectorFile::open(const std::filesystem::path& file, const VectorLayout& layout, std::size_t committedRows)
{
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    impl->layout = layout;
    impl->descriptor = Descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    const int fd = impl->descriptor.get();
    if (fd < 0)
        failIo(file, "open");
    const std::size_t start = headerBytes(layout.boxes.size());
    // Without a committed row the header itself may be half written: begin anew.
    if (committedRows == 0) {
        if (::ftruncate(fd, 0) != 0)
            failIo(file, "empty");
        const std::vector<std::byte> header = serialize(layout);
        writeAt(fd, header.data(), header.size(), 0, file);
        const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (folder.get() < 0 || ::fsync(folder.get()) != 0) // the file's name must outlive a power cut, too
            failIo(file, "make");
    } else {
        if (!(readLayout(fd, file) == layout))
            damaged(file, "was made by another model than its name says");
        if (sizeOf(fd, file) < start + committedRows * rowBytes(layout))
            damaged(file, "holds fewer photographs than the library says");
        if (::ftruncate(fd, static_cast<off_t>(start + committedRows * rowBytes(layout))) != 0)
            failIo(file, "cut");
    }
    impl->rows = committedRows;
    impl->buffer.resize(layout.vectorsPerRow() * layout.dimension);
    return VectorFile(std::move(impl));
}

std::size_t VectorFile::append(const Matrix& regions, std::span<const float> global)
{
    const VectorLayout& layout = m_impl->layout;
    if (regions.rows != layout.boxes.size() || regions.cols != layout.dimension
        || global.size() != (layout.hasGlobal ? layout.dimension : 0))
        throw Error(ErrorKind::Internal, fmt::format("An encoding does not fit {}.", m_impl->file.string()));
    const auto end = std::transform(regions.data.begin(), regions.data.end(), m_impl->buffer.begin(), toHalf);
    std::transform(global.begin(), global.end(), end, toHalf);
    const std::size_t at = headerBytes(layout.boxes.size()) + m_impl->rows * rowBytes(layout);
    writeAt(m_impl->descriptor.get(), m_impl->buffer.data(), rowBytes(layout), at, m_impl->file);
    return m_impl->rows++;
}

void VectorFile::sync()
{
    if (::fdatasync(m_impl->descriptor.get()) != 0)
        failIo(m_impl->file, "write");
}

std::size_t VectorFile::rows() const { return m_impl->rows; }

VectorView VectorFile::view(const std::filesystem::path& file, std::size_t rows)
{
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.get() < 0)
        damaged(file, "is missing");
    auto mapping = std::make_shared<VectorView::Mapping>();
    mapping->layout = readLayout(descriptor.get(), file);
    const std::size_t length = headerBytes(mapping->layout.boxes.size()) + rows * rowBytes(mapping->layout);
    if (sizeOf(descriptor.get(), file) < length)
        damaged(file, "holds fewer photographs than the library says");
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
