#include "core/base/folder_lock.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace wordsight {

FolderLock lockFolder(const std::filesystem::path& folder)
{
    const auto refuse = [&folder] {
        throw Error(ErrorKind::Io,
            fmt::format("Cannot write to {}: {}.", folder.string(), std::generic_category().message(errno)));
    };
    Descriptor lock(::open((folder / "writer.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (lock.get() < 0)
        refuse();
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        char holder[16] = "";
        const bool known = ::pread(lock.get(), holder, sizeof holder - 1, 0) > 0;
        return { Descriptor(), known ? holder : "" };
    }
    const std::string self = std::to_string(::getpid());
    if (::ftruncate(lock.get(), 0) != 0
        || ::pwrite(lock.get(), self.data(), self.size(), 0) != static_cast<ssize_t>(self.size()))
        refuse();
    return { std::move(lock), {} };
}

} // namespace wordsight
