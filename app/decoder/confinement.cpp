#include "app/decoder/confinement.h"

#include <array>
#include <cerrno>
#include <memory>
#include <sched.h>
#include <stdexcept>

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace wordsight::app {
namespace {

void limit(int what, rlim_t to)
{
    const rlimit both { to, to };
    if (::setrlimit(static_cast<__rlimit_resource>(what), &both) != 0)
        throw std::runtime_error("a limit cannot be set");
}

/// Memory, threads of one's own, clocks, and the descriptors that one has been handed.
constexpr std::array allowed { SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(recvmsg), SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(close), SCMP_SYS(fstat),
    SCMP_SYS(lseek), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(tgkill),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom), SCMP_SYS(alarm), SCMP_SYS(setitimer), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
    SCMP_SYS(exit_group) };

} // namespace

void confine(std::int64_t bytes)
{
#ifndef __SANITIZE_ADDRESS__ // which takes terabytes of addresses for its own ends
    limit(RLIMIT_AS, static_cast<rlim_t>(bytes));
#endif
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    ::prctl(PR_SET_DUMPABLE, 0);
    const std::unique_ptr<void, decltype(&seccomp_release)> filter(
        seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release);
    if (!filter)
        throw std::runtime_error("there are no system-call filters");
    int failed = 0;
    for (const int call : allowed)
        failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
    // A thread is made by clone with CLONE_THREAD, a process without. clone3 hides its flags; the C library falls back.
    failed |= seccomp_rule_add(
        filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    if (failed != 0 || seccomp_load(filter.get()) != 0)
        throw std::runtime_error("the system-call filter cannot be set");
}

} // namespace wordsight::app
