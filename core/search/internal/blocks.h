#pragma once

#include <cstddef>
#include <functional>

namespace wordsight::search {

/// Calls work(begin, end) for all blocks of [0, count) on `threads` threads (0: one a core), the caller's among them.
/// `stop` is asked by the calling thread before each of its blocks; true ends with Error{Cancelled}. What `work` throws
/// comes out here.
void forBlocks(std::size_t count, std::size_t blockSize, int threads, const std::function<bool()>& stop,
    const std::function<void(std::size_t, std::size_t)>& work);

} // namespace wordsight::search
