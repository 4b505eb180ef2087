#pragma once

#include <cstddef>
#include <span>

namespace wordsight {

/// What Git leaves in place of a large file that was not fetched: a few lines that name it.
bool isGitLfsPointer(std::span<const std::byte> bytes);

} // namespace wordsight
