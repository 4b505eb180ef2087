#include "core/image/png_reader.h"

#include <memory>
#include <vector>

#include <png.h>

#include "core/base/error.h"
#include "core/image/colour_profile.h"
#include "core/image/on_white.h"
#include "core/image/pixel_limit.h"
#include "core/image/png_profile.h"

namespace wordsight::image {

Image decodePng(std::span<const std::byte> file, std::int64_t maxPixels)
{
    const ColourProfile profile(profileOfPng(file), ColourProfile::Numbers::Rgb);
    const std::vector<std::byte> plain = profile.changes() ? withoutColourChunks(file) : std::vector<std::byte>();
    const std::span<const std::byte> bytes = profile.changes() ? plain : file;
    png_image png {};
    png.version = PNG_IMAGE_VERSION;
    const auto fail = [] { throw Error(ErrorKind::UnreadableInput, "The PNG file is damaged or cut off."); };
    if (png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0)
        fail();
    const std::unique_ptr<png_image, decltype(&png_image_free)> freeing(&png, &png_image_free);
    refuseLarge(png.width, png.height, maxPixels);
    // libpng would lay transparency on white in linear light; no other program, and no other reader here, does.
    const bool hasAlpha = (png.format & PNG_FORMAT_FLAG_ALPHA) != 0;
    png.format = hasAlpha ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
    png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
    Image image { static_cast<int>(png.width), static_cast<int>(png.height),
        std::vector<std::uint8_t>(PNG_IMAGE_SIZE(png)) };
    if (png_image_finish_read(&png, nullptr, image.rgb.data(), 0, nullptr) == 0)
        fail();
    if (hasAlpha) {
        const std::size_t pixels = image.rgb.size() / 4;
        for (std::size_t i = 0; i < pixels; ++i) // in place: what is written lies before what is read
            for (std::size_t c = 0, alpha = image.rgb[4 * i + 3]; c < 3; ++c)
                image.rgb[3 * i + c] = onWhite(image.rgb[4 * i + c], static_cast<int>(alpha));
        image.rgb.resize(3 * pixels);
    }
    profile.applyTo(image.rgb);
    return image;
}

} // namespace wordsight::image
