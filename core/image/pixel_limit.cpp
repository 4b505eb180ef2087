#include "core/image/pixel_limit.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace wordsight::image {

void refuseLarge(std::int64_t width, std::int64_t height, std::int64_t most)
{
    if (width <= 0 || height <= 0)
        throw Error(ErrorKind::UnreadableInput, "The file is damaged: its header gives no size.");
    if (width > most / height)
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("The photograph is too large: {} × {} pixels; at most {} megapixels are read.", width, height,
                most / 1'000'000));
}

} // namespace wordsight::image
