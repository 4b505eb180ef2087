#pragma once

#include <cstdint>
#include <string>

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/rate_meter.h"

namespace wordsight {

/// Reports how far a job has come, with its recent rate, to a callback that may stop it. The callback must outlive it.
class ProgressMeter {
public:
    ProgressMeter(const ProgressCallback& callback, std::int64_t total, std::int64_t done = 0)
        : m_callback(callback)
        , m_total(total)
    {
        m_meter.at({}, done, total);
    }

    /// False if the job is to stop.
    bool advance(const std::string& stage, std::int64_t done)
    {
        const Progress progress = m_meter.at(stage, done, m_total);
        m_rate = progress.perSecond;
        return !m_callback || m_callback(progress);
    }

    /// Throws Error{Cancelled} if the job is to stop.
    void advanceOrThrow(const std::string& stage, std::int64_t done)
    {
        if (!advance(stage, done))
            throw Error(ErrorKind::Cancelled, stage + " was stopped.");
    }

    double rate() const { return m_rate; } ///< a second

private:
    const ProgressCallback& m_callback;
    std::int64_t m_total;
    RateMeter m_meter;
    double m_rate = 0;
};

} // namespace wordsight
