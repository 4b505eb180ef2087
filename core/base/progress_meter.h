#pragma once

#include <cstdint>
#include <string>

#include "core/base/error.h"
#include "core/base/job_control.h"
#include "core/base/rate_meter.h"

namespace wordsight {

/// Reports how far a job has come, with its recent rate, and says whether it is to stop. The control must outlive it.
class ProgressMeter {
public:
    ProgressMeter(const JobControl& job, std::int64_t total, std::int64_t done = 0)
        : m_job(job)
        , m_total(total)
    {
        m_meter.at({}, done, total);
    }

    /// False if the job is to stop.
    bool advance(const std::string& stage, std::int64_t done)
    {
        const Progress progress = m_meter.at(stage, done, m_total);
        m_rate = progress.perSecond;
        m_job.tell(progress);
        return !m_job.stopped();
    }

    /// Throws Error{Cancelled} if the job is to stop.
    void advanceOrThrow(const std::string& stage, std::int64_t done)
    {
        if (!advance(stage, done))
            throw Error(ErrorKind::Cancelled, stage + " was stopped.");
    }

    double rate() const { return m_rate; } ///< a second

private:
    const JobControl& m_job;
    std::int64_t m_total;
    RateMeter m_meter;
    double m_rate = 0;
};

} // namespace wordsight
