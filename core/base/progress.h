#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace wordsight {

/// How far a long job has come. `total` is 0 while it is not known.
struct Progress {
    std::string stage; ///< one phrase for a person: "Encoding photographs"
    std::int64_t done = 0;
    std::int64_t total = 0;
    double perSecond = 0;                   ///< rate over the last seconds
    std::optional<double> secondsRemaining; ///< absent while it cannot be estimated
};

} // namespace wordsight
