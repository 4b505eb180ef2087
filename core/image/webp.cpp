#include <memory>
#include <vector>

#include <webp/decode.h>
#include <webp/demux.h>

#include "core/base/error.h"
#include "core/image/colour_profile.h"
#include "core/image/on_white.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

[[noreturn]] void refuseWebp()
{
    throw Error(ErrorKind::UnreadableInput, "The WebP file is damaged or cut off.");
}

void layOnWhite(const std::uint8_t* rgba, Image& image)
{
    for (std::size_t i = 0; i < image.rgb.size(); ++i)
        image.rgb[i] = onWhite(rgba[i / 3 * 4 + i % 3], rgba[i / 3 * 4 + 3]);
}

void decodeFirstFrame(const WebPData& data, Image& image)
{
    const std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> decoder(
        WebPAnimDecoderNew(&data, nullptr), &WebPAnimDecoderDelete);
    WebPAnimInfo info {};
    if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info) || static_cast<int>(info.canvas_width) != image.width
        || static_cast<int>(info.canvas_height) != image.height)
        refuseWebp();
    std::uint8_t* frame = nullptr; // belongs to the decoder
    int time = 0;
    if (!WebPAnimDecoderGetNext(decoder.get(), &frame, &time))
        refuseWebp();
    layOnWhite(frame, image);
}

void applyProfile(const WebPData& data, Image& image)
{
    const std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)> demuxer(WebPDemux(&data), &WebPDemuxDelete);
    if (!demuxer || (WebPDemuxGetI(demuxer.get(), WEBP_FF_FORMAT_FLAGS) & ICCP_FLAG) == 0)
        return;
    WebPChunkIterator chunk {};
    if (WebPDemuxGetChunk(demuxer.get(), "ICCP", 1, &chunk))
        ColourProfile(std::as_bytes(std::span(chunk.chunk.bytes, chunk.chunk.size)), ColourProfile::Numbers::Rgb)
            .applyTo(image.rgb);
    WebPDemuxReleaseChunkIterator(&chunk);
}

} // namespace

Image decodeWebp(std::span<const std::byte> bytes, std::int64_t maxPixels)
{
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    WebPBitstreamFeatures features {};
    if (WebPGetFeatures(data, bytes.size(), &features) != VP8_STATUS_OK)
        refuseWebp();
    refuseLarge(features.width, features.height, maxPixels);
    Image image { features.width, features.height,
        std::vector<std::uint8_t>(std::size_t { 3 } * features.width * features.height) };
    if (features.has_animation) {
        decodeFirstFrame({ data, bytes.size() }, image);
    } else if (features.has_alpha) {
        std::vector<std::uint8_t> rgba(std::size_t { 4 } * features.width * features.height);
        if (!WebPDecodeRGBAInto(data, bytes.size(), rgba.data(), rgba.size(), 4 * features.width))
            refuseWebp();
        layOnWhite(rgba.data(), image);
    } else if (!WebPDecodeRGBInto(data, bytes.size(), image.rgb.data(), image.rgb.size(), 3 * features.width)) {
        refuseWebp();
    }
    applyProfile({ data, bytes.size() }, image);
    return image;
}

} // namespace wordsight::image
