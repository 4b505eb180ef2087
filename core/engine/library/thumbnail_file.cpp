#include "core/engine/library/thumbnail_file.h"

#include <system_error>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/image/transform.h"

namespace wordsight::engine {

void writeThumbnail(const image::Image& photograph, const std::filesystem::path& file)
{
    std::error_code error;
    if (std::filesystem::create_directories(file.parent_path(), error); error)
        throw Error(ErrorKind::Io, fmt::format("Cannot make {}: {}.", file.parent_path().string(), error.message()));
    writeFileAtomically(
        file, image::encodeJpeg(image::thumbnail(photograph, image::thumbnailSide)), Durability::Replaceable);
}

} // namespace wordsight::engine
