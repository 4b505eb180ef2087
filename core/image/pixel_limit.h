#pragma once

#include <cstdint>

namespace wordsight::image {

/// Asked by every decoder with the size that it is about to make: what a header said before may have been another
/// header. Throws Error{UnreadableInput} beyond `most` pixels, or where a side is not positive.
void refuseLarge(std::int64_t width, std::int64_t height, std::int64_t most);

} // namespace wordsight::image
