#include "core/store/vector_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/data/half.h"
#include "core/store/internal/vector_form.h"

namespace wordsight::store {

namespace {

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

} // namespace wordsight::store
