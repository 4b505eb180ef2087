#pragma once

#include <atomic>

/// A library that stands between a program and the system's calls: it counts those that concern files below a folder
/// and makes one of them fail. Linked before libc, or preloaded (LD_PRELOAD with WORDSIGHT_FAULT=write:17:EIO and
/// WORDSIGHT_FAULT_BELOW=FOLDER; the program's last line on stderr then says whether it came to that).
namespace wordsight::test {

enum class Call : int {
    Open,   ///< open
    Write,  ///< write, pwrite, ftruncate, sendfile, copy_file_range
    Sync,   ///< fsync, fdatasync, syncfs
    Map,    ///< mmap of a file
    Rename, ///< rename
};

/// In memory that a test shares with the processes it starts.
struct Fault {
    char below[256] = ""; ///< calls on files whose path begins so
    Call call = Call::Write;
    int nth = 0;                ///< from 1; 0: none fails
    int error = 0;              ///< errno. ENOSPC and EMFILE stay: all later calls of the kind fail, too
    std::atomic<int> count = 0; ///< calls of the kind until now
    std::atomic<bool> fired = false;
    std::atomic<long> clockBackBy = 0; ///< seconds by which the clock on the wall is wrong
};

/// From now on, in this process. Null: never mind. An ENOSPC in the middle of a write leaves its first half.
extern "C" void armFault(Fault* fault);

} // namespace wordsight::test
