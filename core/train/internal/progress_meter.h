#pragma once

#include <chrono>
#include <string>

#include "core/base/error.h"
#include "core/base/progress.h"

namespace wordsight::train {

/// Reports a job's progress with its recent rate; throws Error{Cancelled} when the callback says stop.
class ProgressMeter {
public:
    ProgressMeter(const ProgressCallback& callback, std::int64_t total, std::int64_t done = 0)
        : m_callback(callback), m_total(total), m_done(done), m_last(std::chrono::steady_clock::now())
    {
    }

    /// False if the job is to stop.
    bool advance(const std::string& stage, std::int64_t done)
    {
        const auto now = std::chrono::steady_clock::now();
        const double seconds = std::chrono::duration<double>(now - m_last).count();
        if (done > m_done && seconds > 0) {
            const double rate = double(done - m_done) / seconds;
            m_rate = m_rate == 0 ? rate : 0.9 * m_rate + 0.1 * rate;
            m_done = done;
            m_last = now;
        }
        Progress progress {stage, done, m_total, m_rate, {}};
        if (m_rate > 0)
            progress.secondsRemaining = double(m_total - done) / m_rate;
        return !m_callback || m_callback(progress);
    }

    void advanceOrThrow(const std::string& stage, std::int64_t done)
    {
        if (!advance(stage, done))
            throw Error(ErrorKind::Cancelled, stage + " was stopped; what is done is kept");
    }

    double rate() const { return m_rate; }

private:
    const ProgressCallback& m_callback;
    std::int64_t m_total;
    std::int64_t m_done;
    double m_rate = 0;
    std::chrono::steady_clock::time_point m_last;
};

} // namespace wordsight::train
