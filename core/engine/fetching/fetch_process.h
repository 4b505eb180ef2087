#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job_control.h"

namespace wordsight::engine {

/// What a hub says of a repository.
struct RepositoryOffer {
    std::string repository;
    std::string from;    ///< the hub's address
    std::string licence; ///< as its makers name it; may be empty
    std::uint64_t bytes = 0;
};

/// Runs wordsight-fetch, the only program of Wordsight with network code, to its end, and tells of what it has brought.
/// Throws its Error; Error{Cancelled} after a stop, once it has ended; Error{Io} where it cannot be started.
RepositoryOffer runFetch(
    const std::filesystem::path& program, const std::vector<std::string>& arguments, const JobControl& job);

} // namespace wordsight::engine
