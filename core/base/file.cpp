#include "core/base/file.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace wordsight {

namespace {

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    int close() { return m_fd < 0 ? 0 : ::close(std::exchange(m_fd, -1)); }

private:
    int m_fd;
};

std::string reason() { return std::generic_category().message(errno); }

[[noreturn]] void failWriting(const std::filesystem::path& file)
{
    throw Error(ErrorKind::Io, fmt::format("Cannot write {}: {}.", file.string(), reason()));
}

template <class Container>
Container readAll(const std::filesystem::path& file)
{
    const auto fail = [&] { throw Error(ErrorKind::UnreadableInput, fmt::format("Cannot read {}: {}.", file.string(), reason())); };
    // O_NONBLOCK: a named pipe must not hold us up for ever.
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (descriptor.get() < 0 || ::fstat(descriptor.get(), &status) != 0)
        fail();
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        fail();
    }
    if (!S_ISREG(status.st_mode))
        throw Error(ErrorKind::UnreadableInput, fmt::format("Cannot read {}: it is not a regular file.", file.string()));
    Container content;
    content.resize(static_cast<std::size_t>(status.st_size));
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t got = ::read(descriptor.get(), reinterpret_cast<char*>(content.data()) + done, content.size() - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail();
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    content.resize(done);
    return content;
}

} // namespace

std::vector<std::byte> readFile(const std::filesystem::path& file) { return readAll<std::vector<std::byte>>(file); }

std::string readTextFile(const std::filesystem::path& file) { return readAll<std::string>(file); }

void writeFileAtomically(const std::filesystem::path& file, std::span<const std::byte> bytes, Durability durability)
{
    static std::atomic<unsigned> counter = 0;
    const std::string temporary = fmt::format("{}.{}-{}.part", file.string(), ::getpid(), ++counter);
    Descriptor descriptor(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (descriptor.get() < 0)
        failWriting(file);
    const auto giveUp = [&] {
        const int error = errno;
        ::unlink(temporary.c_str());
        errno = error;
        failWriting(file);
    };
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t wrote = ::write(descriptor.get(), bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            giveUp();
        done += static_cast<std::size_t>(wrote);
    }
    const bool synced = durability == Durability::Replaceable || ::fsync(descriptor.get()) == 0;
    if (!synced || descriptor.close() != 0 || ::rename(temporary.c_str(), file.c_str()) != 0)
        giveUp();
}

void writeFileAtomically(const std::filesystem::path& file, std::string_view text)
{
    writeFileAtomically(file, std::as_bytes(std::span(text)));
}

} // namespace wordsight
