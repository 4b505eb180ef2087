#include <memory>
#include <string>
#include <vector>

#include <jxl/decode.h>

#include "core/base/error.h"
#include "core/image/on_white.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

using Decoder = std::unique_ptr<JxlDecoder, decltype(&JxlDecoderDestroy)>;

[[noreturn]] void refuseJxl()
{
    throw Error(ErrorKind::UnreadableInput, "The JPEG XL file is damaged or cut off.");
}

/// A decoder with all bytes given, which has said how large the picture is.
Decoder begun(std::span<const std::byte> bytes, int events, JxlBasicInfo& info)
{
    Decoder decoder(JxlDecoderCreate(nullptr), &JxlDecoderDestroy);
    if (!decoder || JxlDecoderSubscribeEvents(decoder.get(), JXL_DEC_BASIC_INFO | events) != JXL_DEC_SUCCESS
        || JxlDecoderSetInput(decoder.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size())
            != JXL_DEC_SUCCESS)
        refuseJxl();
    // The input is not declared closed: of a file that is cut off the library would then write to stderr.
    if (JxlDecoderProcessInput(decoder.get()) != JXL_DEC_BASIC_INFO
        || JxlDecoderGetBasicInfo(decoder.get(), &info) != JXL_DEC_SUCCESS)
        refuseJxl();
    return decoder;
}

} // namespace

/// Upright already: the decoder turns the picture as its header says.
Image decodeJpegXl(std::span<const std::byte> bytes, std::int64_t maxPixels)
{
    JxlBasicInfo info {};
    const Decoder decoder = begun(bytes, JXL_DEC_COLOR_ENCODING | JXL_DEC_FULL_IMAGE, info);
    refuseLarge(info.xsize, info.ysize, maxPixels);
    const bool hasAlpha = info.alpha_bits > 0;
    const JxlPixelFormat format { hasAlpha ? 4u : 3u, JXL_TYPE_UINT8, JXL_NATIVE_ENDIAN, 0 };
    Image image { static_cast<int>(info.xsize), static_cast<int>(info.ysize), {} };
    std::vector<std::uint8_t> pixels;
    while (true) {
        switch (JxlDecoderProcessInput(decoder.get())) {
        case JXL_DEC_COLOR_ENCODING: {
            JxlColorEncoding srgb {};
            srgb.color_space = JXL_COLOR_SPACE_RGB;
            srgb.white_point = JXL_WHITE_POINT_D65;
            srgb.primaries = JXL_PRIMARIES_SRGB;
            srgb.transfer_function = JXL_TRANSFER_FUNCTION_SRGB;
            srgb.rendering_intent = JXL_RENDERING_INTENT_RELATIVE;
            JxlDecoderSetPreferredColorProfile(decoder.get(), &srgb); // what cannot follow keeps its own
            break;
        }
        case JXL_DEC_NEED_IMAGE_OUT_BUFFER: {
            std::size_t size = 0;
            if (JxlDecoderImageOutBufferSize(decoder.get(), &format, &size) != JXL_DEC_SUCCESS
                || size != std::size_t { format.num_channels } * info.xsize * info.ysize)
                refuseJxl();
            pixels.resize(size);
            JxlDecoderSetImageOutBuffer(decoder.get(), &format, pixels.data(), size);
            break;
        }
        case JXL_DEC_FULL_IMAGE: // the first of several
            if (!hasAlpha) {
                image.rgb = std::move(pixels);
                return image;
            }
            image.rgb.resize(pixels.size() / 4 * 3);
            for (std::size_t i = 0; i < image.rgb.size(); ++i)
                image.rgb[i]
                    = onWhite(pixels[i / 3 * 4 + i % 3], pixels[i / 3 * 4 + 3], info.alpha_premultiplied == JXL_TRUE);
            return image;
        default:
            refuseJxl();
        }
    }
}

std::pair<std::int64_t, std::int64_t> sizeOfJpegXl(std::span<const std::byte> bytes)
{
    JxlBasicInfo info {};
    begun(bytes, 0, info);
    return { info.xsize, info.ysize };
}

} // namespace wordsight::image
