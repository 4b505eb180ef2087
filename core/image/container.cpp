#include "core/image/container.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

[[noreturn]] void refuse(const char* why)
{
    throw Error(ErrorKind::UnreadableInput, why);
}

constexpr const char* kCutOff = "The file is cut off in its header.";

/// Numbers at offsets of a file; reading beyond its end is refused, not undefined.
class Bytes {
public:
    explicit Bytes(std::span<const std::byte> bytes, bool bigEndian = true)
        : m_bytes(bytes)
        , m_bigEndian(bigEndian)
    {
    }

    std::size_t size() const { return m_bytes.size(); }

    std::span<const std::byte> part(std::size_t offset, std::size_t count) const
    {
        if (offset > size() || count > size() - offset)
            refuse(kCutOff);
        return m_bytes.subspan(offset, count);
    }

    std::uint64_t number(std::size_t offset, std::size_t count) const
    {
        std::uint64_t value = 0;
        const auto digits = part(offset, count);
        for (std::size_t i = 0; i < count; ++i)
            value = value << 8 | std::to_integer<std::uint64_t>(digits[m_bigEndian ? i : count - 1 - i]);
        return value;
    }

    bool has(std::size_t offset, std::string_view text) const
    {
        return offset <= size() && text.size() <= size() - offset
            && std::equal(text.begin(), text.end(), m_bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
    }

private:
    std::span<const std::byte> m_bytes;
    bool m_bigEndian;
};

std::int64_t toSize(std::uint64_t value)
{
    return static_cast<std::int64_t>(value);
}

std::span<const std::byte> withoutExifPrefix(const Bytes& file, std::size_t offset, std::size_t count)
{
    constexpr std::string_view prefix("Exif\0\0", 6);
    return count >= prefix.size() && file.has(offset, prefix) ? file.part(offset + prefix.size(), count - prefix.size())
                                                              : file.part(offset, count);
}

Container inspectJpeg(const Bytes& file)
{
    Container found { Format::Jpeg, 0, 0, {}, 1 };
    std::size_t at = 2;
    while (true) {
        while (file.number(at, 1) != 0xff) // bytes that belong to nothing, which libjpeg passes over as well
            ++at;
        while (file.number(at, 1) == 0xff) // fill bytes
            ++at;
        const auto marker = file.number(at++, 1);
        if (marker == 0 || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) // no marker, or one without a length
            continue;
        if (marker == 0xda || marker == 0xd9)
            refuse("The JPEG file has no picture in it.");
        const std::size_t length = file.number(at, 2);
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            found.height = toSize(file.number(at + 3, 2));
            found.width = toSize(file.number(at + 5, 2));
            return found;
        }
        if (marker == 0xe1 && length >= 8 && file.has(at + 2, std::string_view("Exif\0\0", 6)) && found.exif.empty())
            found.exif = withoutExifPrefix(file, at + 2, length - 2);
        at += length;
    }
}

Container inspectPng(const Bytes& file)
{
    if (!file.has(12, "IHDR"))
        refuse("The PNG file is damaged: it does not begin with its header.");
    Container found { Format::Png, toSize(file.number(16, 4)), toSize(file.number(20, 4)), {}, 1 };
    for (std::size_t at = 8; at < file.size() && file.size() - at >= 8;) {
        const std::size_t length = file.number(at, 4);
        if (length > file.size() - at - 8)
            break; // libpng says what is wrong
        if (file.has(at + 4, "eXIf"))
            found.exif = withoutExifPrefix(file, at + 8, length);
        at += 12 + length;
    }
    return found;
}

void readWebpSize(const Bytes& little, std::size_t chunk, Container& found)
{
    if (little.has(chunk, "VP8X")) {
        found.width = toSize(little.number(chunk + 12, 3)) + 1;
        found.height = toSize(little.number(chunk + 15, 3)) + 1;
    } else if (little.has(chunk, "VP8L")) {
        const auto bits = little.number(chunk + 9, 4);
        found.width = toSize(bits & 0x3fff) + 1;
        found.height = toSize(bits >> 14 & 0x3fff) + 1;
    } else if (little.has(chunk, "VP8 ")) {
        found.width = toSize(little.number(chunk + 14, 2) & 0x3fff);
        found.height = toSize(little.number(chunk + 16, 2) & 0x3fff);
    }
}

Container inspectWebp(const Bytes& little)
{
    Container found { Format::WebP, 0, 0, {}, 1 };
    if (little.number(4, 4) > little.size() - 8)
        refuse("The WebP file is cut off: its end is missing.");
    readWebpSize(little, 12, found);
    for (std::size_t at = 12; at < little.size() && little.size() - at >= 8;) {
        const std::size_t length = little.number(at + 4, 4);
        if (length > little.size() - at - 8)
            refuse("The WebP file is cut off: its end is missing.");
        if (little.has(at, "EXIF"))
            found.exif = withoutExifPrefix(little, at + 8, length);
        at += 8 + length + length % 2;
    }
    return found;
}

Container sized(Format format, std::pair<std::int64_t, std::int64_t> size)
{
    return { format, size.first, size.second, {}, 1 };
}

Container inspectTiff(const Bytes& file, bool big)
{
    Container found { Format::Tiff, 0, 0, {}, 1 };
    const std::size_t directory = big ? file.number(8, 8) : file.number(4, 4);
    if (directory > file.size())
        refuse(kCutOff);
    const std::size_t entries = file.number(directory, big ? 8 : 2);
    const std::size_t entrySize = big ? 20 : 12;
    for (std::size_t i = 0, at = directory + (big ? 8 : 2); i < entries; ++i, at += entrySize) {
        const auto tag = file.number(at, 2);
        const auto type = file.number(at + 2, 2);
        const auto value = file.number(at + (big ? 12 : 8), type == 3 ? 2 : type == 16 ? 8 : 4);
        if (tag == 256 && found.width == 0) // of a tag that stands twice, libtiff takes the first
            found.width = toSize(value);
        else if (tag == 257 && found.height == 0)
            found.height = toSize(value);
        else if (tag == 274 && value >= 1 && value <= 8)
            found.tiffOrientation = static_cast<int>(value);
    }
    return found;
}

/// Where the codestream begins: at once in a bare one, else in the box called jp2c.
std::size_t codestreamOf(const Bytes& file)
{
    for (std::size_t at = 0; !file.has(at, "\xff\x4f\xff\x51");) {
        const std::uint64_t length = file.number(at, 4);
        const std::uint64_t header = length == 1 ? 16 : 8;
        if (file.has(at + 4, "jp2c"))
            return at + header;
        const std::uint64_t step = length == 1 ? file.number(at + 8, 8) : length;
        if (step < header || step > file.size() - at)
            refuse("The JPEG 2000 file has no picture in it.");
        at += step;
    }
    return 0;
}

Container inspectJpeg2000(const Bytes& file)
{
    const std::size_t at = codestreamOf(file);
    if (!file.has(at, "\xff\x4f\xff\x51"))
        refuse("The JPEG 2000 file has no picture in it.");
    return { Format::Jpeg2000, toSize(file.number(at + 8, 4)) - toSize(file.number(at + 16, 4)),
        toSize(file.number(at + 12, 4)) - toSize(file.number(at + 20, 4)), {}, 1 };
}

/// By the brands that an ISO media file names; films have others.
bool isHeif(const Bytes& file)
{
    const std::size_t end = std::min<std::size_t>(file.number(0, 4), std::min<std::size_t>(file.size(), 256));
    for (std::size_t at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) // the main one, a version, the others
        for (const char* brand : { "heic", "heix", "heim", "heis", "hevc", "mif1", "msf1", "avif", "avis" })
            if (file.has(at, brand))
                return true;
    return false;
}

Container upright(Container container)
{
    container.upright = true;
    return container;
}

/// Of a TIFF file: whether its first directory is only a preview of what a sensor saw.
bool isRawTiff(const Bytes& file)
{
    constexpr std::uint64_t subfileType = 254, subDirectories = 330, dngVersion = 50706;
    const std::size_t directory = file.number(4, 4);
    if (directory + 2 > file.size())
        return false;
    bool reduced = false, hasOthers = false;
    const std::size_t entries = file.number(directory, 2);
    for (std::size_t i = 0, at = directory + 2; i < entries && at + 12 <= file.size(); ++i, at += 12) {
        const auto tag = file.number(at, 2);
        if (tag == dngVersion)
            return true;
        reduced |= tag == subfileType && file.number(at + 8, 4) == 1;
        hasOthers |= tag == subDirectories;
    }
    return reduced && hasOthers;
}

/// Canon's, Fujifilm's, Olympus' and Panasonic's own beginnings; the others are TIFF files.
bool isRaw(const Bytes& file, const Bytes& little)
{
    using namespace std::string_view_literals;
    const bool isTiff = file.has(0, "II*\0"sv) || file.has(0, "MM\0*"sv);
    return (isTiff && file.has(8, "CR\2"sv)) || file.has(4, "ftypcrx ") || file.has(0, "FUJIFILMCCD-RAW")
        || file.has(0, "IIRO") || file.has(0, "IIRS") || file.has(0, "MMOR") || file.has(0, "IIU\0"sv)
        || (isTiff && isRawTiff(file.has(0, "II") ? little : file));
}

Container inspectRaw(const Bytes& file)
{
    const auto bytes = file.part(0, file.size());
    const RawFrame frame = frameOfRaw(bytes);
    constexpr std::size_t largestExif = 65'000;
    const bool isTiff = file.has(0, "II") || file.has(0, "MM");
    return { Format::Raw, frame.width, frame.height,
        isTiff ? bytes.first(std::min(bytes.size(), largestExif)) : bytes.first(0), frame.orientation, true };
}

std::optional<Container> recognise(const Bytes& file, const Bytes& little)
{
    using namespace std::string_view_literals;
    if (file.has(0, "\xff\xd8\xff"))
        return inspectJpeg(file);
    if (file.has(0, "\x89PNG\r\n\x1a\n"))
        return inspectPng(file);
    if (file.has(0, "RIFF") && file.has(8, "WEBP"))
        return inspectWebp(little);
    if (isRaw(file, little))
        return inspectRaw(file);
    if (file.has(0, "II*\0"sv) || file.has(0, "II+\0"sv))
        return inspectTiff(little, file.has(2, "+"));
    if (file.has(0, "MM\0*"sv) || file.has(0, "MM\0+"sv))
        return inspectTiff(file, file.has(3, "+"));
    if (file.has(0, "BM") && file.size() >= 26)
        return sized(Format::Bmp, sizeOfBmp(little.part(0, little.size())));
    if (file.has(0, "P") && file.size() > 8 && file.number(1, 1) >= '1' && file.number(1, 1) <= '6')
        return sized(Format::Netpbm, sizeOfNetpbm(file.part(0, file.size())));
    if (file.has(0, "\0\0\0\x0cjP  \r\n\x87\n"sv) || file.has(0, "\xff\x4f\xff\x51"))
        return inspectJpeg2000(file);
    if (file.has(0, "GIF87a") || file.has(0, "GIF89a"))
        return Container { Format::Gif, toSize(little.number(6, 2)), toSize(little.number(8, 2)), {}, 1 };
    if (file.has(0, "\xff\x0a") || file.has(0, "\0\0\0\x0cJXL \r\n\x87\n"sv))
        return upright(sized(Format::JpegXl, sizeOfJpegXl(file.part(0, file.size()))));
    if (file.has(4, "ftyp") && isHeif(file))
        return upright(sized(Format::Heif, sizeOfHeif(file.part(0, file.size()))));
    if (file.has(0, "\x59\xa6\x6a\x95"))
        return Container { Format::SunRaster, toSize(file.number(4, 4)), toSize(file.number(8, 4)), {}, 1 };
    return std::nullopt;
}

} // namespace

Container inspect(std::span<const std::byte> bytes)
{
    const Bytes file(bytes);
    if (bytes.empty())
        refuse("The file is empty.");
    const auto found = recognise(file, Bytes(bytes, false));
    if (!found && file.has(4, "ftyp"))
        refuse("This is a film, or a photograph of a kind that is not read.");
    if (!found)
        refuse("This is not a photograph in a format that can be read (JPEG, PNG, WebP, HEIC, AVIF, JPEG XL, GIF, BMP, "
               "TIFF, "
               "JPEG 2000, Netpbm).");
    if (found->width <= 0 || found->height <= 0)
        refuse("The file is damaged: its header gives no size.");
    return *found;
}

} // namespace wordsight::image
