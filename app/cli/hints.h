#pragma once

#include <string>

#include "core/base/error.h"

namespace wordsight::app::cli {

/// `message` and what to do about it on the command line.
std::string withHint(std::string message, Hint hint);

inline std::string sentence(const Error& error)
{
    return withHint(error.what(), error.hint());
}

} // namespace wordsight::app::cli
