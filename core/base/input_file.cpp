#include "core/base/input_file.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace wordsight {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int reason)
{
    throw Error(ErrorKind::UnreadableInput,
        fmt::format("Cannot read {}: {}.", path.string(), std::generic_category().message(reason)));
}

} // namespace

// O_NONBLOCK: a named pipe must not hold us up for ever.
InputFile::InputFile(const std::filesystem::path& path)
    : m_path(path)
    , m_descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
{
    struct stat status { };
    if (m_descriptor.get() < 0 || ::fstat(m_descriptor.get(), &status) != 0)
        fail(path, errno);
    if (S_ISDIR(status.st_mode))
        fail(path, EISDIR);
    if (!S_ISREG(status.st_mode))
        throw Error(
            ErrorKind::UnreadableInput, fmt::format("Cannot read {}: it is not a regular file.", path.string()));
    m_size = static_cast<std::size_t>(status.st_size);
}

std::size_t InputFile::readAt(std::size_t at, std::span<std::byte> target) const
{
    std::size_t done = 0;
    while (done < target.size()) {
        const ssize_t got
            = ::pread(m_descriptor.get(), target.data() + done, target.size() - done, static_cast<off_t>(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail(m_path, errno);
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

} // namespace wordsight
