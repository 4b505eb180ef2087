#include "core/data/npy_rows.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/data/npy.h"

namespace wordsight {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why)
{
    throw Error(ErrorKind::UnreadableInput, fmt::format("The rows of {} cannot be read: {}.", file.string(), why));
}

} // namespace

NpyRows::NpyRows(const std::filesystem::path& file)
    : m_file(file)
{
    constexpr std::size_t largestHeader = 1 << 16;
    std::vector<std::byte> beginning(std::min(largestHeader, m_file.size()));
    beginning.resize(m_file.readAt(0, beginning));
    const NpyHeader header = readNpyHeader(beginning, file.string(), m_file.size());
    if (header.shape.empty())
        refuse(file, "it is a single value");
    if (header.fortranOrder && header.shape.size() > 1)
        refuse(file, "it is in Fortran order; save it again with numpy.ascontiguousarray");
    m_dtype = header.dtype;
    m_shape = header.shape;
    m_start = header.length;
    NpyHeader row = header;
    row.shape.erase(row.shape.begin());
    m_rowBytes = row.dataBytes();
    m_rowSize = NpyArray { m_dtype, row.shape, {} }.size();
}

std::vector<float> NpyRows::row(std::size_t index) const
{
    return NpyArray { m_dtype, { m_rowSize }, beginningOf(index, m_rowBytes) }.toFloats();
}

std::vector<std::byte> NpyRows::beginningOf(std::size_t index, std::size_t most) const
{
    std::vector<std::byte> bytes(std::min(most, m_rowBytes));
    if (m_file.readAt(m_start + index * m_rowBytes, bytes) != bytes.size())
        refuse(path(), fmt::format("row {} is cut off", index));
    return bytes;
}

} // namespace wordsight
