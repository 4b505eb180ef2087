#include "core/search/internal/blocks.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "core/base/error.h"

namespace wordsight::search {

void forBlocks(std::size_t count, std::size_t blockSize, int threads, const std::stop_token& stop,
    const std::function<void(std::size_t, std::size_t)>& work)
{
    std::atomic<std::size_t> next = 0;
    const auto takeBlock = [&] {
        if (stop.stop_requested())
            return false;
        const std::size_t begin = next.fetch_add(blockSize);
        if (begin >= count)
            return false;
        try {
            work(begin, std::min(begin + blockSize, count));
        } catch (...) {
            next = count;
            throw;
        }
        return true;
    };
    const std::size_t cores = threads > 0 ? static_cast<std::size_t>(threads) : std::thread::hardware_concurrency();
    const std::size_t workers = std::clamp<std::size_t>(cores, 1, (count + blockSize - 1) / blockSize + 1);
    std::vector<std::future<void>> others;
    for (std::size_t i = 1; i < workers; ++i)
        others.push_back(std::async(std::launch::async, [&] {
            while (takeBlock()) { }
        }));
    while (takeBlock()) { }
    for (auto& other : others)
        other.get();
    if (stop.stop_requested())
        throw Error(ErrorKind::Cancelled, "The search was stopped.");
}

} // namespace wordsight::search
