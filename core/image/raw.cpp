#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include <libraw/libraw.h>

#include "core/base/error.h"
#include "core/image/jpeg.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

[[noreturn]] void refuseRaw(const char* why)
{
    throw Error(ErrorKind::UnreadableInput, std::string("The camera's raw file ") + why + ".");
}

/// LibRaw is a large object, and would print about damage.
std::unique_ptr<LibRaw> opened(std::span<const std::byte> bytes)
{
    auto raw = std::make_unique<LibRaw>(LIBRAW_OPIONS_NO_DATAERR_CALLBACK | LIBRAW_OPIONS_NO_MEMERR_CALLBACK);
    const int code = raw->open_buffer(const_cast<std::byte*>(bytes.data()), bytes.size());
    if (code == LIBRAW_FILE_UNSUPPORTED)
        refuseRaw("is of a camera that is not known");
    if (code != LIBRAW_SUCCESS)
        refuseRaw("is damaged or cut off");
    return raw;
}

/// The JPEG that the camera made for its own screen, where it is as large as is wanted.
bool readPreview(LibRaw& raw, int minSide, std::int64_t maxPixels, Image& image)
{
    const auto& preview = raw.imgdata.thumbnail;
    const int wanted = minSide > 0 ? minSide : 1024;
    if (raw.unpack_thumb() != LIBRAW_SUCCESS || preview.tformat != LIBRAW_THUMBNAIL_JPEG
        || std::min(preview.twidth, preview.theight) < wanted)
        return false;
    try {
        std::string ignored;
        image = decodeJpeg(
            { reinterpret_cast<const std::byte*>(preview.thumb), preview.tlength }, minSide, maxPixels, ignored);
        return true;
    } catch (const Error&) {
        return false; // the sensor's own values may be whole
    }
}

Image develop(LibRaw& raw, std::int64_t maxPixels)
{
    auto& how = raw.imgdata.params;
    how.half_size = 1; // one pixel for every square of four sensors
    how.use_camera_wb = 1;
    how.output_bps = 8;
    how.user_flip = 0;
    if (raw.unpack() != LIBRAW_SUCCESS || raw.dcraw_process() != LIBRAW_SUCCESS)
        refuseRaw("is damaged or cut off");
    int code = 0;
    const std::unique_ptr<libraw_processed_image_t, decltype(&LibRaw::dcraw_clear_mem)> made(
        raw.dcraw_make_mem_image(&code), &LibRaw::dcraw_clear_mem);
    if (!made || made->type != LIBRAW_IMAGE_BITMAP || made->bits != 8 || (made->colors != 3 && made->colors != 1))
        refuseRaw("cannot be developed");
    refuseLarge(made->width, made->height, maxPixels);
    const std::size_t pixels = std::size_t { made->width } * made->height;
    if (made->data_size < pixels * made->colors)
        refuseRaw("cannot be developed");
    Image image { made->width, made->height, std::vector<std::uint8_t>(3 * pixels) };
    for (std::size_t i = 0; i < image.rgb.size(); ++i)
        image.rgb[i] = made->data[made->colors == 3 ? i : i / 3];
    return image;
}

} // namespace

Image decodeRaw(std::span<const std::byte> bytes, int minSide, std::int64_t maxPixels)
{
    const auto raw = opened(bytes);
    refuseLarge(raw->imgdata.sizes.raw_width, raw->imgdata.sizes.raw_height, maxPixels);
    Image image;
    return readPreview(*raw, minSide, maxPixels, image) ? image : develop(*raw, maxPixels);
}

RawFrame frameOfRaw(std::span<const std::byte> bytes)
{
    const auto raw = opened(bytes);
    const auto& sizes = raw->imgdata.sizes;
    return { sizes.width, sizes.height, sizes.flip == 3 ? 3 : sizes.flip == 5 ? 8 : sizes.flip == 6 ? 6 : 1 };
}

} // namespace wordsight::image
