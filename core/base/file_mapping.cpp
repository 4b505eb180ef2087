#include "core/base/file_mapping.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace wordsight {

std::shared_ptr<FileMapping> FileMapping::open(const std::filesystem::path& file)
{
    const auto failed = [&] {
        return Error(
            ErrorKind::UnreadableInput, fmt::format("{} cannot be read: {}.", file.string(), std::strerror(errno)));
    };
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throw failed();
    const std::shared_ptr<const int> closing(&descriptor, [](const int* fd) { ::close(*fd); });
    struct stat status { };
    if (::fstat(descriptor, &status) != 0)
        throw failed();
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0)
        return std::shared_ptr<FileMapping>(new FileMapping(nullptr, 0));
    void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0);
    if (data == MAP_FAILED)
        throw failed();
    return std::shared_ptr<FileMapping>(new FileMapping(static_cast<std::byte*>(data), size));
}

FileMapping::~FileMapping()
{
    if (m_data != nullptr)
        ::munmap(m_data, m_size);
}

} // namespace wordsight
