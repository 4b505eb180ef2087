#include "core/data/npy_matrix.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/data/npy.h"

namespace wordsight {

namespace {

Error cannotWrite(const std::filesystem::path& file, int code)
{
    return Error(ErrorKind::Io, fmt::format("{} cannot be written: {}.", file.string(), std::strerror(code)));
}

} // namespace

NpyMatrixWriter::NpyMatrixWriter(std::filesystem::path file, std::size_t rows, std::size_t cols)
    : m_file(std::move(file))
    , m_unfinished(m_file.string() + fmt::format(".{}.part", ::getpid()))
{
    const std::string header = npyHeader("f4", { rows, cols });
    m_bytes = header.size() + rows * cols * sizeof(float);
    const Descriptor part(::open(m_unfinished.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (part.get() < 0)
        throw cannotWrite(m_file, errno);
    // Room that is not there would otherwise show as a crash, at the first write to a page that has none.
    int code = ::posix_fallocate(part.get(), 0, static_cast<off_t>(m_bytes));
    if (code == 0) {
        m_mapping = ::mmap(nullptr, m_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, part.get(), 0);
        code = m_mapping == MAP_FAILED ? errno : 0;
    }
    if (code != 0) {
        ::unlink(m_unfinished.c_str());
        throw cannotWrite(m_file, code);
    }
    std::memcpy(m_mapping, header.data(), header.size());
    m_values = { rows, cols, cols, reinterpret_cast<float*>(static_cast<std::byte*>(m_mapping) + header.size()) };
}

NpyMatrixWriter::~NpyMatrixWriter()
{
    ::munmap(m_mapping, m_bytes);
    ::unlink(m_unfinished.c_str());
}

void NpyMatrixWriter::commit()
{
    if (::msync(m_mapping, m_bytes, MS_SYNC) != 0 || ::rename(m_unfinished.c_str(), m_file.c_str()) != 0)
        throw cannotWrite(m_file, errno);
}

MappedMatrix MappedMatrix::open(const std::filesystem::path& file, std::size_t rows, std::size_t cols)
{
    MappedMatrix matrix;
    matrix.m_mapping = FileMapping::open(file);
    std::span<const std::byte> bytes = matrix.m_mapping->bytes();
    const auto refuse = [&](const std::string& why) {
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{} does not hold float32 [{} × {}]: {}.", file.string(), rows, cols, why));
    };
    if (isNpy(bytes)) {
        const NpyHeader header = readNpyHeader(bytes, file.string());
        if (header.dtype != "f4" || header.fortranOrder)
            refuse(fmt::format(
                "its elements are {}, {}", header.dtype, header.fortranOrder ? "column by column" : "row by row"));
        if (header.shape != std::vector<std::size_t> { rows, cols })
            refuse(fmt::format("its shape is [{}]", fmt::join(header.shape, " × ")));
        bytes = bytes.subspan(header.length, header.dataBytes());
    } else if (bytes.size() != rows * cols * sizeof(float)) {
        refuse(fmt::format("it is no NPY file, and as bare numbers it should have {} bytes instead of {}",
            rows * cols * sizeof(float), bytes.size()));
    }
    matrix.m_values = { rows, cols, cols, reinterpret_cast<const float*>(bytes.data()) };
    return matrix;
}

} // namespace wordsight
