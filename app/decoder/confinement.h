#pragma once

#include <cstdint>

namespace wordsight::app {

/// Gives up, for this process and for good, all that decoding does not need: no file or program is opened, written or
/// run, no socket is made, no other process is seen; memory is limited to `bytes` of address space. What is tried all
/// the same fails with EPERM. Throws std::runtime_error where the system does not allow that.
void confine(std::int64_t bytes);

} // namespace wordsight::app
