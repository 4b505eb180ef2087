#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

#include "core/base/job_control.h"

namespace wordsight::test {

/// Asks the job to stop at the first report that `enough` says yes to.
inline JobControl stopWhen(std::function<bool(const Progress&)> enough)
{
    const auto source = std::make_shared<std::stop_source>();
    return { [source, enough = std::move(enough)](const Progress& progress) {
                if (enough(progress))
                    source->request_stop();
            },
        source->get_token() };
}

/// A job that was asked to stop before it began.
inline JobControl stoppedJob()
{
    std::stop_source source;
    source.request_stop();
    return { {}, source.get_token() };
}

} // namespace wordsight::test
