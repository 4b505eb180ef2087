#pragma once

#include <vector>

namespace wordsight::store {

/// The scripts of resources/schema in order; script i takes a library from user_version i to i + 1.
const std::vector<const char*>& migrations();

} // namespace wordsight::store
