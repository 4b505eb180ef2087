#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <utility>

#include "core/base/progress.h"

namespace wordsight {

/// Turns a count into progress with a rate over the last seconds and the time that is left. Not thread-safe.
class RateMeter {
public:
    Progress at(std::string stage, std::int64_t done, std::int64_t total)
    {
        const auto now = std::chrono::steady_clock::now();
        m_seen.emplace_back(now, done);
        while (m_seen.size() > 2 && now - m_seen.front().first > std::chrono::seconds(10))
            m_seen.pop_front();
        Progress progress { std::move(stage), done, total, 0, std::nullopt };
        const double seconds = std::chrono::duration<double>(now - m_seen.front().first).count();
        if (seconds > 0)
            progress.perSecond = static_cast<double>(done - m_seen.front().second) / seconds;
        if (progress.perSecond > 0 && total > 0)
            progress.secondsRemaining = static_cast<double>(total - done) / progress.perSecond;
        return progress;
    }

private:
    std::deque<std::pair<std::chrono::steady_clock::time_point, std::int64_t>> m_seen;
};

} // namespace wordsight
