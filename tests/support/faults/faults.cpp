#include "tests/support/faults/faults.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <unistd.h>

using wordsight::test::Call;
using wordsight::test::Fault;

namespace {

std::atomic<Fault*> armed = nullptr;

template <class Function> Function* next(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool isBelow(const Fault& fault, const char* path)
{
    return path && std::strncmp(path, fault.below, std::strlen(fault.below)) == 0;
}

bool isBelow(const Fault& fault, int fd)
{
    char link[64], path[512];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t length = ::readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    return isBelow(fault, path);
}

/// Whether this call, on a path or an open file, is one that fails; errno is set then.
template <class Where> bool fails(Call call, Where where)
{
    Fault* fault = armed;
    const int before = errno;
    if (!fault || fault->call != call || !isBelow(*fault, where)) {
        errno = before;
        return false;
    }
    const int number = ++fault->count;
    const bool stays = fault->error == ENOSPC || fault->error == EMFILE;
    const bool now = fault->nth > 0 && (number == fault->nth || (stays && number > fault->nth));
    errno = before;
    if (now) {
        fault->fired = true;
        errno = fault->error;
    }
    return now;
}

/// How much of a write still goes through that ends at a full disk: half of the first one.
std::size_t beforeFull(std::size_t length)
{
    const Fault* fault = armed;
    return errno == ENOSPC && fault && fault->count == fault->nth ? length / 2 : 0;
}

/// From the environment, where the library is preloaded.
struct FromEnvironment {
    FromEnvironment()
    {
        const char* plan = std::getenv("WORDSIGHT_FAULT");
        const char* below = std::getenv("WORDSIGHT_FAULT_BELOW");
        char call[16] = "", error[16] = "";
        if (!plan || !below || std::sscanf(plan, "%15[^:]:%d:%15s", call, &fault.nth, error) != 3)
            return;
        const struct {
            const char* name;
            Call call;
        } calls[] = { { "open", Call::Open }, { "write", Call::Write }, { "sync", Call::Sync }, { "map", Call::Map },
            { "rename", Call::Rename } };
        for (const auto& known : calls)
            if (std::strcmp(known.name, call) == 0)
                fault.call = known.call;
        fault.error = std::strcmp(error, "ENOSPC") == 0 ? ENOSPC : std::strcmp(error, "EMFILE") == 0 ? EMFILE : EIO;
        std::snprintf(fault.below, sizeof fault.below, "%s", below);
        armed = &fault;
    }
    ~FromEnvironment()
    {
        if (armed == &fault)
            std::fprintf(
                stderr, "faults: %d calls, %s\n", fault.count.load(), fault.fired ? "one failed" : "none failed");
    }
    Fault fault;
} fromEnvironment;

} // namespace

extern "C" {

void armFault(Fault* fault)
{
    armed = fault;
}

#define OPEN(name)                                                                                                     \
    int name(const char* path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                                  \
        va_end(rest);                                                                                                  \
        static auto* real = next<int(const char*, int, ...)>(#name);                                                   \
        return fails(Call::Open, path) ? -1 : real(path, flags, mode);                                                 \
    }
OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void* data, size_t length)
{
    static auto* real = next<ssize_t(int, const void*, size_t)>("write");
    if (!fails(Call::Write, fd))
        return real(fd, data, length);
    const size_t part = beforeFull(length);
    return part > 0 ? real(fd, data, part) : -1;
}

#define PWRITE(name, offset)                                                                                           \
    ssize_t name(int fd, const void* data, size_t length, offset at)                                                   \
    {                                                                                                                  \
        static auto* real = next<ssize_t(int, const void*, size_t, offset)>(#name);                                    \
        if (!fails(Call::Write, fd))                                                                                   \
            return real(fd, data, length, at);                                                                         \
        const size_t part = beforeFull(length);                                                                        \
        return part > 0 ? real(fd, data, part, at) : -1;                                                               \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE(name, offset)                                                                                         \
    int name(int fd, offset length) noexcept                                                                           \
    {                                                                                                                  \
        static auto* real = next<int(int, offset)>(#name);                                                             \
        return fails(Call::Write, fd) ? -1 : real(fd, length);                                                         \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

ssize_t sendfile(int to, int from, off_t* at, size_t count) noexcept
{
    static auto* real = next<ssize_t(int, int, off_t*, size_t)>("sendfile");
    return fails(Call::Write, to) ? -1 : real(to, from, at, count);
}

ssize_t sendfile64(int to, int from, off64_t* at, size_t count) noexcept
{
    static auto* real = next<ssize_t(int, int, off64_t*, size_t)>("sendfile64");
    return fails(Call::Write, to) ? -1 : real(to, from, at, count);
}

ssize_t copy_file_range(int from, off64_t* fromAt, int to, off64_t* toAt, size_t count, unsigned flags)
{
    static auto* real = next<ssize_t(int, off64_t*, int, off64_t*, size_t, unsigned)>("copy_file_range");
    return fails(Call::Write, to) ? -1 : real(from, fromAt, to, toAt, count, flags);
}

#define SYNC(name, ...)                                                                                                \
    int name(int fd) __VA_ARGS__                                                                                       \
    {                                                                                                                  \
        static auto* real = next<int(int)>(#name);                                                                     \
        return fails(Call::Sync, fd) ? -1 : real(fd);                                                                  \
    }
SYNC(fsync)
SYNC(fdatasync)
SYNC(syncfs, noexcept)

#define MAP(name, offset)                                                                                              \
    void* name(void* address, size_t length, int protection, int flags, int fd, offset at) noexcept                    \
    {                                                                                                                  \
        static auto* real = next<void*(void*, size_t, int, int, int, offset)>(#name);                                  \
        return fd >= 0 && fails(Call::Map, fd) ? MAP_FAILED : real(address, length, protection, flags, fd, at);        \
    }
MAP(mmap, off_t)
MAP(mmap64, off64_t)

int rename(const char* from, const char* to) noexcept
{
    static auto* real = next<int(const char*, const char*)>("rename");
    return fails(Call::Rename, to) ? -1 : real(from, to);
}

int clock_gettime(clockid_t clock, timespec* time) noexcept
{
    static auto* real = next<int(clockid_t, timespec*)>("clock_gettime");
    const int result = real(clock, time);
    if (const Fault* fault = armed; fault && clock == CLOCK_REALTIME)
        time->tv_sec -= fault->clockBackBy;
    return result;
}

int gettimeofday(timeval* __restrict time, void* __restrict zone) noexcept
{
    static auto* real = next<int(timeval*, void*)>("gettimeofday");
    const int result = real(time, zone);
    if (const Fault* fault = armed)
        time->tv_sec -= fault->clockBackBy;
    return result;
}
} // extern "C"
