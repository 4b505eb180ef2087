#include "core/image/png_reader.h"

#include <fmt/format.h>
#include <png.h>

#include "core/base/error.h"

namespace wordsight::image {

Image decodePng(std::span<const std::byte> bytes)
{
    png_image png {};
    png.version = PNG_IMAGE_VERSION;
    const auto fail = [&] {
        const std::string reason = png.message;
        png_image_free(&png);
        throw Error(ErrorKind::UnreadableInput, fmt::format("The PNG file is damaged or cut off: {}.", reason));
    };
    if (png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0)
        fail();
    png.format = PNG_FORMAT_RGB;
    png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    Image image { static_cast<int>(png.width), static_cast<int>(png.height),
        std::vector<std::uint8_t>(PNG_IMAGE_SIZE(png)) };
    const png_color white { 255, 255, 255 };
    if (png_image_finish_read(&png, &white, image.rgb.data(), 0, nullptr) == 0)
        fail();
    return image;
}

} // namespace wordsight::image
