#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <tiffio.h>

#include "core/base/error.h"
#include "core/image/on_white.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

[[noreturn]] void refuseTiff(const std::string& why)
{
    throw Error(ErrorKind::UnreadableInput, fmt::format("The TIFF file {}.", why));
}

/// The bytes of a file as libtiff asks for them.
struct Memory {
    std::span<const std::byte> bytes;
    std::uint64_t at = 0;

    static tmsize_t read(thandle_t handle, void* to, tmsize_t count)
    {
        auto& file = *static_cast<Memory*>(handle);
        const std::uint64_t left = file.at < file.bytes.size() ? file.bytes.size() - file.at : 0;
        const auto got = std::min<std::uint64_t>(left, static_cast<std::uint64_t>(count));
        if (got > 0)
            std::memcpy(to, file.bytes.data() + file.at, got);
        file.at += got;
        return static_cast<tmsize_t>(got);
    }
    static tmsize_t write(thandle_t, void*, tmsize_t) { return 0; }
    static toff_t seek(thandle_t handle, toff_t offset, int whence)
    {
        auto& file = *static_cast<Memory*>(handle);
        file.at = offset + (whence == SEEK_CUR ? file.at : whence == SEEK_END ? file.bytes.size() : 0);
        return file.at;
    }
    static int close(thandle_t) { return 0; }
    static toff_t size(thandle_t handle) { return static_cast<Memory*>(handle)->bytes.size(); }
    static int map(thandle_t handle, void** base, toff_t* length)
    {
        auto& file = *static_cast<Memory*>(handle);
        *base = const_cast<std::byte*>(file.bytes.data());
        *length = file.bytes.size();
        return 1;
    }
    static void unmap(thandle_t, void*, toff_t) { }
};

int quiet(TIFF*, void*, const char*, const char*, va_list)
{
    return 1;
}

using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

Tiff openTiff(Memory& memory)
{
    const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(
        TIFFOpenOptionsAlloc(), &TIFFOpenOptionsFree);
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), quiet, nullptr);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), quiet, nullptr);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), tmsize_t { 1 } << 30);
    Tiff tiff(TIFFClientOpenExt("photograph", "r", &memory, Memory::read, Memory::write, Memory::seek, Memory::close,
                  Memory::size, Memory::map, Memory::unmap, options.get()),
        &TIFFClose);
    if (!tiff)
        refuseTiff("is damaged or cut off in its header");
    return tiff;
}

struct Layout {
    std::uint32_t width = 0, height = 0;
    std::uint16_t bits = 1, samples = 1, format = SAMPLEFORMAT_UINT, photometric = 0, planes = PLANARCONFIG_CONTIG;
    bool hasAlpha = false; ///< and says so: a channel of no stated meaning is no transparency
};

Layout layoutOf(TIFF* tiff)
{
    Layout layout;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout.width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout.height);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &layout.bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout.samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &layout.format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &layout.planes);
    if (TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &layout.photometric) == 0)
        layout.photometric = layout.samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
    std::uint16_t count = 0;
    std::uint16_t* kinds = nullptr;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds);
    layout.hasAlpha = count > 0 && (kinds[0] == EXTRASAMPLE_ASSOCALPHA || kinds[0] == EXTRASAMPLE_UNASSALPHA);
    return layout;
}

float halfToFloat(std::uint16_t bits)
{
    _Float16 half;
    std::memcpy(&half, &bits, sizeof half);
    return static_cast<float>(half);
}

/// Sample `i` of a scanline as 0…1.
float sampleAt(const std::vector<std::byte>& line, std::size_t i, const Layout& layout)
{
    const auto read = [&]<class T>(T value) {
        std::memcpy(&value, line.data() + i * sizeof value, sizeof value);
        return value;
    };
    float value = 0;
    if (layout.format == SAMPLEFORMAT_IEEEFP)
        value = layout.bits == 16 ? halfToFloat(read(std::uint16_t {}))
            : layout.bits == 32   ? read(float {})
                                  : static_cast<float>(read(double {}));
    else if (layout.bits == 16)
        value = static_cast<float>(read(std::uint16_t {})) / 65535.0f;
    else
        value = static_cast<float>(static_cast<double>(read(std::uint32_t {})) / 4294967295.0);
    return value > 0 ? std::min(value, 1.0f) : 0; // not a number is black
}

/// What libtiff's own reader of colours refuses: floating point, 32 bits, and CMYK of 16 bits.
bool needsScanlines(const Layout& layout)
{
    return layout.format == SAMPLEFORMAT_IEEEFP || layout.bits == 32
        || (layout.photometric == PHOTOMETRIC_SEPARATED && layout.bits == 16);
}

void checkScanlines(TIFF* tiff, const Layout& layout)
{
    const bool widthKnown = layout.format == SAMPLEFORMAT_IEEEFP
        ? layout.bits == 16 || layout.bits == 32 || layout.bits == 64
        : layout.bits == 16 || layout.bits == 32;
    if (!widthKnown)
        refuseTiff(fmt::format("has numbers of {} bits, which are not read", layout.bits));
    const std::size_t needed = layout.photometric == PHOTOMETRIC_RGB ? 3
        : layout.photometric == PHOTOMETRIC_SEPARATED                ? 4
                                                                     : 1;
    if (layout.photometric > PHOTOMETRIC_RGB && layout.photometric != PHOTOMETRIC_SEPARATED)
        refuseTiff("has numbers of its colour space in a form that is not read");
    if (layout.samples < needed || (layout.planes != PLANARCONFIG_CONTIG && layout.samples > 1) || TIFFIsTiled(tiff))
        refuseTiff("has large numbers in tiles or planes, which are not read");
}

void readScanlines(TIFF* tiff, const Layout& layout, Image& image)
{
    std::vector<std::byte> line(static_cast<std::size_t>(TIFFScanlineSize64(tiff)));
    const std::size_t samples = layout.samples;
    if (line.size() < std::size_t { layout.width } * samples * layout.bits / 8)
        refuseTiff("is damaged");
    auto* to = image.rgb.data();
    for (std::uint32_t y = 0; y < layout.height; ++y) {
        if (TIFFReadScanline(tiff, line.data(), y) != 1)
            refuseTiff("is damaged or cut off");
        for (std::size_t x = 0; x < layout.width; ++x, to += 3)
            for (std::size_t c = 0; c < 3; ++c) {
                const bool grey = layout.photometric <= PHOTOMETRIC_MINISBLACK;
                float value = sampleAt(line, x * samples + (grey ? 0 : c), layout);
                if (layout.photometric == PHOTOMETRIC_MINISWHITE)
                    value = 1 - value;
                else if (layout.photometric == PHOTOMETRIC_SEPARATED)
                    value = (1 - value) * (1 - sampleAt(line, x * samples + 3, layout));
                to[c] = static_cast<std::uint8_t>(value * 255 + 0.5f);
            }
    }
}

/// libtiff turns whatever it knows into RGBA; taken strip by strip, so that only one lies in memory four bytes wide.
void readColours(TIFF* tiff, const Layout& layout, Image& image)
{
    TIFFRGBAImage reader {};
    char reason[1024] = "";
    if (TIFFRGBAImageOK(tiff, reason) == 0 || TIFFRGBAImageBegin(&reader, tiff, 1, reason) == 0)
        refuseTiff(fmt::format("is of a kind that is not read: {}", reason));
    const std::unique_ptr<TIFFRGBAImage, decltype(&TIFFRGBAImageEnd)> ending(&reader, &TIFFRGBAImageEnd);
    reader.req_orientation = reader.orientation; // the rows as they are stored
    std::uint32_t rows = 0;
    TIFFGetFieldDefaulted(tiff, TIFFIsTiled(tiff) ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP, &rows);
    rows = std::clamp<std::uint32_t>(rows, 1, layout.height);
    rows *= std::max<std::uint32_t>(1, std::min(64 / rows, layout.height / rows));
    std::vector<std::uint32_t> raster(std::size_t { rows } * layout.width);
    auto* to = image.rgb.data();
    for (std::uint32_t y = 0; y < layout.height; y += rows) {
        const std::uint32_t count = std::min(rows, layout.height - y);
        reader.row_offset = static_cast<int>(y);
        if (TIFFRGBAImageGet(&reader, raster.data(), layout.width, count) == 0)
            refuseTiff("is damaged or cut off: a part of the picture cannot be decoded");
        for (std::size_t i = 0; i < std::size_t { count } * layout.width; ++i, to += 3) {
            const int alpha = layout.hasAlpha ? static_cast<int>(TIFFGetA(raster[i])) : 255;
            to[0] = onWhite(static_cast<int>(TIFFGetR(raster[i])), alpha, true);
            to[1] = onWhite(static_cast<int>(TIFFGetG(raster[i])), alpha, true);
            to[2] = onWhite(static_cast<int>(TIFFGetB(raster[i])), alpha, true);
        }
    }
}

} // namespace

Image decodeTiff(std::span<const std::byte> bytes, std::int64_t maxPixels)
{
    Memory memory { bytes };
    const Tiff tiff = openTiff(memory);
    const Layout layout = layoutOf(tiff.get());
    refuseLarge(layout.width, layout.height, maxPixels);
    if (layout.format == SAMPLEFORMAT_INT || layout.format > SAMPLEFORMAT_VOID)
        refuseTiff("holds signed or complex numbers, which are no colours");
    if (needsScanlines(layout))
        checkScanlines(tiff.get(), layout);
    Image image { static_cast<int>(layout.width), static_cast<int>(layout.height),
        std::vector<std::uint8_t>(std::size_t { 3 } * layout.width * layout.height) };
    if (needsScanlines(layout))
        readScanlines(tiff.get(), layout, image);
    else
        readColours(tiff.get(), layout, image);
    return image;
}

} // namespace wordsight::image
