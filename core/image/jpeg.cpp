#include "core/image/jpeg.h"

#include <csetjmp>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <jpeglib.h>

#include <jerror.h> // needs what jpeglib.h declares

#include "core/base/error.h"

namespace wordsight::image {

namespace {

/// libjpeg's error manager: errors jump back to decode, damage is remembered, nothing is printed.
struct Trouble {
    jpeg_error_mgr manager {};
    std::jmp_buf back {};
    char message[JMSG_LENGTH_MAX] = "";
    bool cutOff = false;
    bool damaged = false;
};

Trouble& troubleOf(j_common_ptr codec)
{
    return *reinterpret_cast<Trouble*>(codec->err);
}

void onError(j_common_ptr codec)
{
    (*codec->err->format_message)(codec, troubleOf(codec).message);
    std::longjmp(troubleOf(codec).back, 1);
}

void onMessage(j_common_ptr codec, int level)
{
    if (level >= 0)
        return;
    switch (codec->err->msg_code) {
    case JWRN_JPEG_EOF:
        troubleOf(codec).cutOff = true;
        break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
        troubleOf(codec).damaged = true;
        break;
    default:
        break;
    }
}

unsigned int denominator(const jpeg_decompress_struct& codec, int minSide)
{
    unsigned int denom = 1;
    const auto side = static_cast<unsigned int>(minSide);
    while (
        minSide > 0 && denom < 8 && codec.image_width / (denom * 2) >= side && codec.image_height / (denom * 2) >= side)
        denom *= 2;
    return denom;
}

/// Adobe's CMYK, which is what cameras' and layout programs' files hold, is stored inverted.
void cmykToRgb(const std::vector<std::uint8_t>& cmyk, bool inverted, std::uint8_t* rgb)
{
    const auto ink = [&](std::uint8_t value) { return inverted ? value : 255 - value; };
    for (std::size_t i = 0; i + 3 < cmyk.size(); i += 4, rgb += 3)
        for (std::size_t c = 0; c < 3; ++c)
            rgb[c] = static_cast<std::uint8_t>(ink(cmyk[i + c]) * ink(cmyk[i + 3]) / 255);
}

struct Decoder {
    jpeg_decompress_struct codec {};
    Trouble trouble;
    Image image;
    std::vector<std::uint8_t> cmykRow;

    Decoder()
    {
        codec.err = jpeg_std_error(&trouble.manager);
        trouble.manager.error_exit = onError;
        trouble.manager.emit_message = onMessage;
    }
    ~Decoder() { jpeg_destroy_decompress(&codec); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    void start(std::span<const std::byte> bytes, int minSide)
    {
        jpeg_create_decompress(&codec);
        jpeg_mem_src(&codec, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
        jpeg_read_header(&codec, TRUE);
        codec.scale_num = 1;
        codec.scale_denom = denominator(codec, minSide);
        codec.out_color_space = codec.num_components == 4 ? JCS_CMYK : JCS_RGB;
        jpeg_start_decompress(&codec);
    }

    void readRows()
    {
        const std::size_t stride = std::size_t { 3 } * codec.output_width;
        while (codec.output_scanline < codec.output_height) {
            std::uint8_t* row = image.rgb.data() + codec.output_scanline * stride;
            std::uint8_t* target = cmykRow.empty() ? row : cmykRow.data();
            jpeg_read_scanlines(&codec, &target, 1);
            if (!cmykRow.empty())
                cmykToRgb(cmykRow, codec.saw_Adobe_marker != 0, row);
        }
        jpeg_finish_decompress(&codec);
    }

    /// Runs a step of libjpeg; false when it jumped back. No object may begin its life in `step` and not end it.
    template <class Step> bool survives(const Step& step)
    {
        if (setjmp(trouble.back) != 0)
            return false;
        step();
        return true;
    }
};

} // namespace

Image decodeJpeg(std::span<const std::byte> bytes, int minSide)
{
    Decoder decoder;
    bool done = decoder.survives([&] { decoder.start(bytes, minSide); });
    if (done) {
        const auto& codec = decoder.codec;
        decoder.image = { static_cast<int>(codec.output_width), static_cast<int>(codec.output_height),
            std::vector<std::uint8_t>(std::size_t { 3 } * codec.output_width * codec.output_height) };
        decoder.cmykRow.resize(codec.out_color_space == JCS_CMYK ? std::size_t { 4 } * codec.output_width : 0);
        done = decoder.survives([&] { decoder.readRows(); });
    }
    if (decoder.trouble.cutOff)
        throw Error(ErrorKind::UnreadableInput, "The JPEG file is cut off: its end is missing.");
    if (!done)
        throw Error(
            ErrorKind::UnreadableInput, fmt::format("The JPEG file cannot be decoded: {}.", decoder.trouble.message));
    if (decoder.trouble.damaged)
        throw Error(ErrorKind::UnreadableInput, "The JPEG file is damaged: a part of the picture cannot be decoded.");
    return std::move(decoder.image);
}

} // namespace wordsight::image
