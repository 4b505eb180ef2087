#pragma once

#include <functional>
#include <stop_token>

#include "core/base/error.h"
#include "core/base/progress.h"

namespace wordsight {

/// What whoever starts a long job hands it. An empty one asks for nothing: no reports, no stop.
struct JobControl {
    /// Called from the thread that does the work; may wait there, to pause the job.
    std::function<void(const Progress&)> report;
    /// Once a stop is requested, the job throws Error{Cancelled} or returns what it has, as its header says.
    std::stop_token stop;

    void tell(const Progress& progress) const
    {
        if (report)
            report(progress);
    }
    bool stopped() const { return stop.stop_requested(); }
    void throwIfStopped() const
    {
        if (stopped())
            throw Error(ErrorKind::Cancelled, "Stopped.");
    }
};

} // namespace wordsight
