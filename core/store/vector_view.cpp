#include <atomic>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>

#include <fmt/format.h>

#include "core/base/descriptor.h"
#include "core/store/internal/vector_form.h"
#include "core/store/vector_file.h"

namespace wordsight::store {

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

bool VectorView::hasChecksums() const
{
    return !m_mapping || m_mapping->form.hasChecksums();
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

namespace {

Descriptor openToRead(const std::filesystem::path& file)
{
    Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.get() < 0 && errno == ENOENT)
        damaged(file, "is missing");
    if (descriptor.get() < 0) // too many open files, or a disk that fails: the file itself may be as good as ever
        failIo(file, "open");
    return descriptor;
}

} // namespace

VectorView VectorFile::viewWhatIsThere(const std::filesystem::path& file, std::size_t most)
{
    const Descriptor descriptor = openToRead(file);
    return view(file, rowsThatFit(descriptor.get(), readForm(descriptor.get(), file), most, file));
}

VectorView VectorFile::view(const std::filesystem::path& file, std::size_t rows, const VectorView& known)
{
    const Descriptor descriptor = openToRead(file);
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
