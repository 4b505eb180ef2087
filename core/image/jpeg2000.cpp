#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include <openjpeg.h>

#include "core/base/error.h"
#include "core/image/on_white.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

[[noreturn]] void refuseJpeg2000(const char* why)
{
    throw Error(ErrorKind::UnreadableInput, std::string("The JPEG 2000 file ") + why + ".");
}

struct Source {
    std::span<const std::byte> bytes;
    std::size_t at = 0;

    static OPJ_SIZE_T read(void* to, OPJ_SIZE_T count, void* user)
    {
        auto& source = *static_cast<Source*>(user);
        const std::size_t got = std::min<std::size_t>(count, source.bytes.size() - source.at);
        if (got == 0)
            return static_cast<OPJ_SIZE_T>(-1);
        std::memcpy(to, source.bytes.data() + source.at, got);
        source.at += got;
        return got;
    }
    static OPJ_OFF_T skip(OPJ_OFF_T count, void* user)
    {
        auto& source = *static_cast<Source*>(user);
        if (count < 0 || static_cast<std::size_t>(count) > source.bytes.size() - source.at)
            return -1;
        source.at += static_cast<std::size_t>(count);
        return count;
    }
    static OPJ_BOOL seek(OPJ_OFF_T to, void* user)
    {
        auto& source = *static_cast<Source*>(user);
        if (to < 0 || static_cast<std::size_t>(to) > source.bytes.size())
            return OPJ_FALSE;
        source.at = static_cast<std::size_t>(to);
        return OPJ_TRUE;
    }
};

void quietly(const char*, void*) { }

using Codec = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using Stream = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using Picture = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

Codec codecFor(std::span<const std::byte> bytes)
{
    const bool bare = !bytes.empty() && bytes[0] == std::byte { 0xff };
    Codec codec(opj_create_decompress(bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2), &opj_destroy_codec);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_set_error_handler(codec.get(), quietly, nullptr);
    opj_set_warning_handler(codec.get(), quietly, nullptr);
    opj_set_info_handler(codec.get(), quietly, nullptr);
    if (!opj_setup_decoder(codec.get(), &parameters))
        refuseJpeg2000("cannot be decoded");
    return codec;
}

Stream streamOf(Source& source)
{
    Stream stream(opj_stream_create(1 << 16, OPJ_TRUE), &opj_stream_destroy);
    opj_stream_set_user_data(stream.get(), &source, nullptr);
    opj_stream_set_user_data_length(stream.get(), source.bytes.size());
    opj_stream_set_read_function(stream.get(), Source::read);
    opj_stream_set_skip_function(stream.get(), Source::skip);
    opj_stream_set_seek_function(stream.get(), Source::seek);
    return stream;
}

/// How often the sides may be halved.
unsigned int halvings(opj_codec_t* codec, std::int64_t shortest, int minSide)
{
    opj_codestream_info_v2_t* info = opj_get_cstr_info(codec);
    unsigned int most = 0;
    if (info != nullptr && info->m_default_tile_info.tccp_info != nullptr) {
        most = info->m_default_tile_info.tccp_info[0].numresolutions;
        for (unsigned int c = 1; c < info->nbcomps; ++c)
            most = std::min<unsigned int>(most, info->m_default_tile_info.tccp_info[c].numresolutions);
    }
    opj_destroy_cstr_info(&info);
    unsigned int count = 0;
    while (minSide > 0 && count + 1 < most && shortest >> (count + 1) >= minSide)
        ++count;
    return count;
}

int valueAt(const opj_image_comp_t& plane, std::size_t x, std::size_t y, std::size_t width, std::size_t height)
{
    const std::size_t at = std::min<std::size_t>(y * plane.h / height, plane.h - 1) * plane.w
        + std::min<std::size_t>(x * plane.w / width, plane.w - 1);
    const std::int64_t most = (std::int64_t { 1 } << plane.prec) - 1;
    const std::int64_t value
        = std::int64_t { plane.data[at] } + (plane.sgnd ? std::int64_t { 1 } << (plane.prec - 1) : 0);
    return static_cast<int>((std::clamp<std::int64_t>(value, 0, most) * 255 + most / 2) / most);
}

std::array<int, 3> fromYcc(const std::array<int, 3>& ycc)
{
    const double y = ycc[0], cb = ycc[1] - 128, cr = ycc[2] - 128;
    const auto byte = [](double value) { return static_cast<int>(std::clamp(value + 0.5, 0.0, 255.0)); };
    return { byte(y + 1.402 * cr), byte(y - 0.344136 * cb - 0.714136 * cr), byte(y + 1.772 * cb) };
}

Image toImage(const opj_image_t& picture)
{
    const std::size_t count = picture.numcomps;
    const opj_image_comp_t* planes = picture.comps;
    const bool cmyk = picture.color_space == OPJ_CLRSPC_CMYK;
    const std::size_t colours = cmyk ? 4 : count >= 3 ? 3 : 1;
    if (count < colours || count > 5)
        refuseJpeg2000("has channels that are no colours, which are not read");
    for (std::size_t c = 0; c < count; ++c)
        if (planes[c].data == nullptr || planes[c].w == 0 || planes[c].h == 0 || planes[c].prec == 0
            || planes[c].prec > 31)
            refuseJpeg2000("is damaged");
    const bool ycc = picture.color_space == OPJ_CLRSPC_SYCC
        || (picture.color_space != OPJ_CLRSPC_SRGB && colours == 3 && planes[0].dx == 1 && planes[1].dx > 1);
    const opj_image_comp_t* alpha = count > colours && planes[colours].alpha != 0 ? &planes[colours] : nullptr;
    const std::size_t width = planes[0].w, height = planes[0].h;
    Image image { static_cast<int>(width), static_cast<int>(height), std::vector<std::uint8_t>(3 * width * height) };
    auto* to = image.rgb.data();
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x, to += 3) {
            const auto value = [&](const opj_image_comp_t& plane) { return valueAt(plane, x, y, width, height); };
            std::array<int, 3> rgb;
            for (std::size_t c = 0; c < 3; ++c)
                rgb[c] = value(planes[colours == 1 ? 0 : c]);
            if (ycc)
                rgb = fromYcc(rgb);
            for (std::size_t c = 0; c < 3; ++c) {
                const int shown = cmyk ? (255 - rgb[c]) * (255 - value(planes[3])) / 255 : rgb[c];
                to[c] = onWhite(shown, alpha != nullptr ? value(*alpha) : 255);
            }
        }
    return image;
}

} // namespace

Image decodeJpeg2000(std::span<const std::byte> bytes, int minSide, std::int64_t maxPixels)
{
    Source source { bytes };
    const Stream stream = streamOf(source);
    const Codec codec = codecFor(bytes);
    opj_image_t* read = nullptr;
    const bool hasHeader = opj_read_header(stream.get(), codec.get(), &read);
    const Picture picture(read, &opj_image_destroy);
    if (!hasHeader || !picture)
        refuseJpeg2000("is damaged or cut off in its header");
    const std::int64_t width = std::int64_t { picture->x1 } - picture->x0;
    const std::int64_t height = std::int64_t { picture->y1 } - picture->y0;
    refuseLarge(width, height, maxPixels);
    // The decoder holds four bytes for each pixel of each channel, and takes about as much again.
    const unsigned int halved = halvings(codec.get(), std::min(width, height), minSide);
    const std::int64_t made = (width >> halved) * (height >> halved) * std::max(1u, picture->numcomps);
    constexpr std::int64_t mostMade = 200'000'000;
    if (made > mostMade)
        refuseJpeg2000("is too large to be decoded in memory: save it as JPEG or TIFF");
    if (!opj_set_decoded_resolution_factor(codec.get(), halved) || !opj_decode(codec.get(), stream.get(), picture.get())
        || !opj_end_decompress(codec.get(), stream.get()))
        refuseJpeg2000("is damaged or cut off: a part of the picture cannot be decoded");
    return toImage(*picture);
}

} // namespace wordsight::image
