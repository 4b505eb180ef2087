#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

namespace wordsight::search {

/// Calls work(begin, end) for all blocks of [0, count) on `threads` threads (0: one per core), the caller's among them.
/// Each looks at `stop` before every block; once asked to stop it ends with Error{Cancelled}. What `work` throws comes
/// out here.
void forBlocks(std::size_t count, std::size_t blockSize, int threads, const std::stop_token& stop,
    const std::function<void(std::size_t, std::size_t)>& work);

} // namespace wordsight::search
