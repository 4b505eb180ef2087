#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <tiffio.h>

#include "core/base/error.h"
#include "core/image/colour_profile.h"
#include "core/image/on_white.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"
#include "core/image/reduced_rows.h"

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
    bool premultiplied = false;
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
    layout.premultiplied = count > 0 && kinds[0] == EXTRASAMPLE_ASSOCALPHA;
    layout.hasAlpha = count > 0 && (kinds[0] == EXTRASAMPLE_ASSOCALPHA || kinds[0] == EXTRASAMPLE_UNASSALPHA);
    return layout;
}

/// Those that make a colour.
std::size_t samplesOf(const Layout& layout)
{
    return layout.photometric == PHOTOMETRIC_RGB ? 3 : layout.photometric == PHOTOMETRIC_SEPARATED ? 4 : 1;
}

float halfToFloat(std::uint16_t bits)
{
    _Float16 half;
    std::memcpy(&half, &bits, sizeof half);
    return static_cast<float>(half);
}

/// Sample `i` of a row as 0…1.
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
    else if (layout.bits == 8)
        value = static_cast<float>(read(std::uint8_t {})) / 255.0f;
    else if (layout.bits == 16)
        value = static_cast<float>(read(std::uint16_t {})) / 65535.0f;
    else
        value = static_cast<float>(static_cast<double>(read(std::uint32_t {})) / 4294967295.0);
    return value > 0 ? std::min(value, 1.0f) : 0; // not a number is black
}

/// Whether rows can be taken one by one, as numbers of eight bits or more.
bool hasPlainRows(TIFF* tiff, const Layout& layout)
{
    const bool plain = layout.photometric <= PHOTOMETRIC_RGB || layout.photometric == PHOTOMETRIC_SEPARATED;
    return plain && (layout.bits == 8 || layout.bits == 16) && layout.samples >= samplesOf(layout)
        && (layout.planes == PLANARCONFIG_CONTIG || layout.samples == 1) && !TIFFIsTiled(tiff);
}

/// What libtiff's own reader of colours refuses (floating point, 32 bits, and CMYK of 16 bits), what it knows no
/// profile for (CMYK), and what it would take into memory as a whole (strips of millions of pixels).
bool needsScanlines(TIFF* tiff, const Layout& layout)
{
    if (layout.format == SAMPLEFORMAT_IEEEFP || layout.bits == 32)
        return true;
    if (layout.photometric == PHOTOMETRIC_SEPARATED)
        return layout.bits == 16 || hasPlainRows(tiff, layout);
    constexpr std::uint64_t large = 8'000'000;
    std::uint32_t rows = 0;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &rows);
    return std::uint64_t { std::min(rows, layout.height) } * layout.width > large && hasPlainRows(tiff, layout);
}

void checkScanlines(TIFF* tiff, const Layout& layout)
{
    const bool widthKnown = layout.format == SAMPLEFORMAT_IEEEFP
        ? layout.bits == 16 || layout.bits == 32 || layout.bits == 64
        : layout.bits == 8 || layout.bits == 16 || layout.bits == 32;
    if (!widthKnown)
        refuseTiff(fmt::format("has numbers of {} bits, which are not read", layout.bits));
    if (layout.photometric > PHOTOMETRIC_RGB && layout.photometric != PHOTOMETRIC_SEPARATED)
        refuseTiff("has numbers of its colour space in a form that is not read");
    if (layout.samples < samplesOf(layout) || (layout.planes != PLANARCONFIG_CONTIG && layout.samples > 1)
        || TIFFIsTiled(tiff))
        refuseTiff("has large numbers in tiles or planes, which are not read");
}

/// One row of any numbers → eight bits: RGB, or inks.
void toEightBits(const std::vector<std::byte>& line, const Layout& layout, std::vector<std::uint8_t>& row)
{
    const std::size_t samples = layout.samples, colours = samplesOf(layout);
    const std::size_t wanted = colours == 1 ? 3 : colours;
    if (layout.bits == 8 && !layout.hasAlpha) {
        const std::uint8_t turned = layout.photometric == PHOTOMETRIC_MINISWHITE ? 0xFF : 0;
        for (std::size_t x = 0; x < layout.width; ++x)
            for (std::size_t c = 0; c < wanted; ++c)
                row[x * wanted + c]
                    = std::to_integer<std::uint8_t>(line[x * samples + (colours == 1 ? 0 : c)]) ^ turned;
        return;
    }
    for (std::size_t x = 0; x < layout.width; ++x) {
        const float alpha = layout.hasAlpha && colours < samples ? sampleAt(line, x * samples + colours, layout) : 1;
        for (std::size_t c = 0; c < wanted; ++c) {
            float value = sampleAt(line, x * samples + (colours == 1 ? 0 : c), layout);
            if (layout.photometric == PHOTOMETRIC_MINISWHITE)
                value = 1 - value;
            if (layout.hasAlpha && colours < 4)
                value = std::min((layout.premultiplied ? value : value * alpha) + 1 - alpha, 1.0f);
            row[x * wanted + c] = static_cast<std::uint8_t>(value * 255 + 0.5f);
        }
    }
}

void readScanlines(TIFF* tiff, const Layout& layout, const ColourProfile& profile, ReducedRows& rows)
{
    std::vector<std::byte> line(static_cast<std::size_t>(TIFFScanlineSize64(tiff)));
    if (line.size() < std::size_t { layout.width } * layout.samples * layout.bits / 8)
        refuseTiff("is damaged");
    const bool inks = layout.photometric == PHOTOMETRIC_SEPARATED;
    std::vector<std::uint8_t> row(std::size_t { inks ? 4u : 3u } * layout.width);
    std::vector<std::uint8_t> rgb(std::size_t { 3 } * layout.width);
    for (std::uint32_t y = 0; y < layout.height; ++y) {
        if (TIFFReadScanline(tiff, line.data(), y) != 1)
            refuseTiff("is damaged or cut off");
        toEightBits(line, layout, row);
        if (inks)
            profile.inksToRgb(row, rgb.data());
        else
            profile.applyTo(row);
        rows.take(inks ? rgb.data() : row.data());
    }
}

/// libtiff turns whatever it knows into RGBA; taken strip by strip, so that only one lies in memory four bytes wide.
void readColours(TIFF* tiff, const Layout& layout, const ColourProfile& profile, ReducedRows& rowsOf)
{
    TIFFRGBAImage reader {};
    char reason[1024] = "";
    if (TIFFRGBAImageOK(tiff, reason) == 0 || TIFFRGBAImageBegin(&reader, tiff, 1, reason) == 0)
        refuseTiff(fmt::format("is of a kind that is not read: colours of kind {} in {} numbers of {} bits",
            layout.photometric, layout.samples, layout.bits));
    const std::unique_ptr<TIFFRGBAImage, decltype(&TIFFRGBAImageEnd)> ending(&reader, &TIFFRGBAImageEnd);
    reader.req_orientation = reader.orientation; // the rows as they are stored
    std::uint32_t rows = 0;
    TIFFGetFieldDefaulted(tiff, TIFFIsTiled(tiff) ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP, &rows);
    rows = std::clamp<std::uint32_t>(rows, 1, layout.height);
    rows *= std::max<std::uint32_t>(1, std::min(64 / rows, layout.height / rows));
    std::vector<std::uint32_t> raster(std::size_t { rows } * layout.width);
    std::vector<std::uint8_t> row(std::size_t { 3 } * layout.width);
    for (std::uint32_t y = 0; y < layout.height; y += rows) {
        const std::uint32_t count = std::min(rows, layout.height - y);
        reader.row_offset = static_cast<int>(y);
        if (TIFFRGBAImageGet(&reader, raster.data(), layout.width, count) == 0)
            refuseTiff("is damaged or cut off: a part of the picture cannot be decoded");
        for (std::uint32_t line = 0; line < count; ++line) {
            const std::uint32_t* from = raster.data() + std::size_t { line } * layout.width;
            auto* to = row.data();
            for (std::size_t x = 0; x < layout.width; ++x, to += 3) {
                const int alpha = layout.hasAlpha ? static_cast<int>(TIFFGetA(from[x])) : 255;
                to[0] = onWhite(static_cast<int>(TIFFGetR(from[x])), alpha, true);
                to[1] = onWhite(static_cast<int>(TIFFGetG(from[x])), alpha, true);
                to[2] = onWhite(static_cast<int>(TIFFGetB(from[x])), alpha, true);
            }
            profile.applyTo(row);
            rowsOf.take(row.data());
        }
    }
}

} // namespace

Image decodeTiff(std::span<const std::byte> bytes, const DecodeOptions& options)
{
    Memory memory { bytes };
    const Tiff tiff = openTiff(memory);
    const Layout layout = layoutOf(tiff.get());
    refuseLarge(layout.width, layout.height, options.maxPixels);
    if (layout.format == SAMPLEFORMAT_INT || layout.format > SAMPLEFORMAT_VOID)
        refuseTiff("holds signed or complex numbers, which are no colours");
    const bool byScanlines = needsScanlines(tiff.get(), layout);
    if (byScanlines)
        checkScanlines(tiff.get(), layout);
    std::uint32_t iccSize = 0;
    const void* icc = nullptr;
    if (TIFFGetField(tiff.get(), TIFFTAG_ICCPROFILE, &iccSize, &icc) == 0)
        iccSize = 0;
    const bool inks = byScanlines && layout.photometric == PHOTOMETRIC_SEPARATED;
    const ColourProfile profile({ static_cast<const std::byte*>(icc), iccSize },
        inks ? ColourProfile::Numbers::Cmyk : ColourProfile::Numbers::Rgb);
    ReducedRows rows(layout.width, layout.height, options.minSide, options.letGo);
    if (byScanlines)
        readScanlines(tiff.get(), layout, profile, rows);
    else
        readColours(tiff.get(), layout, profile, rows);
    return rows.image();
}

} // namespace wordsight::image
