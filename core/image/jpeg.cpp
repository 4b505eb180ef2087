#include "core/image/jpeg.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <time.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <jpeglib.h>

#include <jerror.h> // needs what jpeglib.h declares

#include "core/base/error.h"
#include "core/image/colour_profile.h"
#include "core/image/pixel_limit.h"

namespace wordsight::image {

namespace {

/// libjpeg's error manager: errors jump back to decode, damage is remembered, nothing is printed.
struct Trouble {
    jpeg_error_mgr manager {};
    std::jmp_buf back {};
    char message[JMSG_LENGTH_MAX] = "";
    bool ended = false;       ///< before an end marker came
    bool damaged = false;     ///< pixels are missing
    bool misnumbered = false; ///< restart markers
    bool stray = false;       ///< bytes that belong to nothing
    double startedAt = 0;     ///< seconds of this thread's work
};

double secondsOfThread()
{
    timespec now {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Trouble& troubleOf(j_common_ptr codec)
{
    return *reinterpret_cast<Trouble*>(codec->err);
}

void onError(j_common_ptr codec)
{
    const bool unread = codec->err->msg_code == JERR_SOF_UNSUPPORTED || codec->err->msg_code == JERR_BAD_PRECISION
        || codec->err->msg_code == JERR_CONVERSION_NOTIMPL || codec->err->msg_code == JERR_ARITH_NOTIMPL;
    std::snprintf(troubleOf(codec).message, JMSG_LENGTH_MAX, "%s",
        unread ? "it is of a kind that is not read" : "it is damaged where it says how it is to be read");
    std::longjmp(troubleOf(codec).back, 1);
}

void onMessage(j_common_ptr codec, int level)
{
    if (level >= 0)
        return;
    switch (codec->err->msg_code) {
    case JWRN_JPEG_EOF:
        troubleOf(codec).ended = true;
        break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
        troubleOf(codec).damaged = true;
        break;
    case JWRN_EXTRANEOUS_DATA:
        troubleOf(codec).stray = true;
        break;
    default:
        break;
    }
}

/// Every scan goes over all pixels once more; encoders write some ten.
void onProgress(j_common_ptr common)
{
    constexpr int mostScans = 100;
    constexpr double mostSeconds = 30;
    const auto* codec = reinterpret_cast<const jpeg_decompress_struct*>(common);
    Trouble& trouble = troubleOf(common);
    if (codec->input_scan_number <= mostScans && secondsOfThread() - trouble.startedAt < mostSeconds)
        return;
    std::snprintf(
        trouble.message, sizeof trouble.message, "it takes too long, with %d scans so far", codec->input_scan_number);
    std::longjmp(trouble.back, 1);
}

/// A restart marker of another number than the next is taken for the next: some programs number them wrongly. Where
/// one was really lost, pixels are missing at the end, and that is noticed there.
boolean onRestart(j_decompress_ptr codec, int desired)
{
    const int found = codec->unread_marker;
    if (found >= JPEG_RST0 && found <= JPEG_RST0 + 7) {
        codec->unread_marker = 0;
        troubleOf(reinterpret_cast<j_common_ptr>(codec)).misnumbered = true;
        return TRUE;
    }
    return jpeg_resync_to_restart(codec, desired);
}

/// Of a progressive file: whether every coefficient was sent to its last bit.
bool isRefined(const jpeg_decompress_struct& codec)
{
    if (codec.coef_bits == nullptr)
        return true;
    for (int c = 0; c < codec.num_components; ++c)
        for (const int bits : codec.coef_bits[c])
            if (bits != 0)
                return false;
    return true;
}

unsigned int denominator(const jpeg_decompress_struct& codec, int minSide, std::int64_t maxPixels)
{
    unsigned int denom = 1;
    const auto pixels = static_cast<std::int64_t>(codec.image_width) * codec.image_height;
    const auto side = static_cast<unsigned int>(minSide);
    while (
        minSide > 0 && denom < 8 && codec.image_width / (denom * 2) >= side && codec.image_height / (denom * 2) >= side)
        denom *= 2;
    while (denom < 8 && pixels / (denom * denom) > maxPixels)
        denom *= 2;
    return denom;
}

std::string noteOf(const Trouble& trouble)
{
    std::vector<const char*> parts;
    if (trouble.ended)
        parts.push_back("its end marker is missing");
    if (trouble.misnumbered)
        parts.push_back("its restart markers are numbered wrongly");
    if (trouble.stray)
        parts.push_back("stray bytes lie between its parts");
    return parts.empty() ? "" : fmt::format("The JPEG file is read, but {}.", fmt::join(parts, ", "));
}

struct Decoder {
    jpeg_decompress_struct codec {};
    Trouble trouble;
    Image image;
    std::vector<std::uint8_t> cmykRow;
    std::unique_ptr<ColourProfile> profile; ///< while it is decoded, of its inks

    jpeg_progress_mgr progress {};
    std::int64_t tooLarge = 0; ///< pixels
    bool refined = false;

    Decoder()
    {
        codec.err = jpeg_std_error(&trouble.manager);
        trouble.manager.error_exit = onError;
        trouble.manager.emit_message = onMessage;
    }
    ~Decoder() { jpeg_destroy_decompress(&codec); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    void start(std::span<const std::byte> bytes, int minSide, std::int64_t maxPixels)
    {
        jpeg_create_decompress(&codec);
        jpeg_mem_src(&codec, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
        jpeg_save_markers(&codec, JPEG_APP0 + 2, 0xFFFF);
        codec.src->resync_to_restart = onRestart;
        progress.progress_monitor = onProgress;
        codec.progress = &progress;
        trouble.startedAt = secondsOfThread();
        jpeg_read_header(&codec, TRUE);
        // At a fraction the pixels need not be held, but of a file of several scans the coefficients must be.
        const auto pixels = static_cast<std::int64_t>(codec.image_width) * codec.image_height;
        tooLarge = pixels > (jpeg_has_multiple_scans(&codec) ? 1 : 8) * maxPixels ? pixels : 0;
        if (tooLarge > 0)
            return;
        codec.scale_num = 1;
        codec.scale_denom = denominator(codec, minSide, maxPixels);
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
            if (cmykRow.empty())
                continue;
            // Adobe's CMYK, which is what cameras' and layout programs' files hold, is stored inverted.
            if (codec.saw_Adobe_marker != 0)
                for (std::uint8_t& ink : cmykRow)
                    ink = static_cast<std::uint8_t>(255 - ink);
            profile->inksToRgb(cmykRow, row);
        }
        refined = isRefined(codec);
        jpeg_finish_decompress(&codec);
    }

    std::vector<std::byte> icc()
    {
        JOCTET* bytes = nullptr;
        unsigned int length = 0;
        const bool found = survives([&] { jpeg_read_icc_profile(&codec, &bytes, &length); }) && bytes != nullptr;
        const std::unique_ptr<JOCTET, decltype(&std::free)> freeing(bytes, &std::free);
        const auto* begin = reinterpret_cast<const std::byte*>(bytes);
        return found ? std::vector<std::byte>(begin, begin + length) : std::vector<std::byte>();
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

Image decodeJpeg(std::span<const std::byte> bytes, int minSide, std::int64_t maxPixels, std::string& note)
{
    Decoder decoder;
    bool done = decoder.survives([&] { decoder.start(bytes, minSide, maxPixels); });
    if (done && decoder.tooLarge > 0)
        refuseLarge(decoder.codec.image_width, decoder.codec.image_height, maxPixels);
    if (done) {
        const auto& codec = decoder.codec;
        decoder.image = { static_cast<int>(codec.output_width), static_cast<int>(codec.output_height),
            std::vector<std::uint8_t>(std::size_t { 3 } * codec.output_width * codec.output_height) };
        const bool inks = codec.out_color_space == JCS_CMYK;
        decoder.profile = std::make_unique<ColourProfile>(
            decoder.icc(), inks ? ColourProfile::Numbers::Cmyk : ColourProfile::Numbers::Rgb);
        decoder.cmykRow.resize(codec.out_color_space == JCS_CMYK ? std::size_t { 4 } * codec.output_width : 0);
        done = decoder.survives([&] { decoder.readRows(); });
    }
    const bool missing = decoder.trouble.damaged || !done || !decoder.refined;
    if (decoder.trouble.ended && missing)
        throw Error(ErrorKind::UnreadableInput, "The JPEG file is cut off: its end is missing.");
    if (!done)
        throw Error(
            ErrorKind::UnreadableInput, fmt::format("The JPEG file cannot be decoded: {}.", decoder.trouble.message));
    if (decoder.trouble.damaged)
        throw Error(ErrorKind::UnreadableInput, "The JPEG file is damaged: a part of the picture cannot be decoded.");
    if (decoder.cmykRow.empty())
        decoder.profile->applyTo(decoder.image.rgb);
    note = noteOf(decoder.trouble);
    return std::move(decoder.image);
}

} // namespace wordsight::image
