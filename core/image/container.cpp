#include "core/image/container.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "core/base/error.h"

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
        if (file.number(at, 1) != 0xff)
            refuse("The JPEG file is damaged: a marker is missing in its header.");
        const auto marker = file.number(at + 1, 1);
        if (marker == 0xff) { // fill byte
            ++at;
            continue;
        }
        if (marker == 0xda || marker == 0xd9)
            refuse("The JPEG file has no picture in it.");
        const std::size_t length = file.number(at + 2, 2);
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            found.height = toSize(file.number(at + 5, 2));
            found.width = toSize(file.number(at + 7, 2));
            return found;
        }
        if (marker == 0xe1 && length >= 8 && file.has(at + 4, std::string_view("Exif\0\0", 6)) && found.exif.empty())
            found.exif = withoutExifPrefix(file, at + 4, length - 2);
        at += 2 + length;
    }
}

Container inspectPng(const Bytes& file)
{
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

Container inspectBmp(const Bytes& little)
{
    if (little.number(14, 4) < 40) // the OS/2 header
        return { Format::Bmp, toSize(little.number(18, 2)), toSize(little.number(20, 2)), {}, 1 };
    const auto width = static_cast<std::int32_t>(little.number(18, 4));
    const auto height = std::abs(
        static_cast<std::int64_t>(static_cast<std::int32_t>(little.number(22, 4)))); // negative: from the top
    const auto bitsPerPixel = little.number(28, 2);
    const bool compressed = little.number(30, 4) != 0;
    const auto rowBytes = (static_cast<std::uint64_t>(std::max(width, 0)) * bitsPerPixel + 31) / 32 * 4;
    if (!compressed && little.number(10, 4) + rowBytes * static_cast<std::uint64_t>(height) > little.size())
        refuse("The BMP file is cut off: its end is missing.");
    return { Format::Bmp, width, height, {}, 1 };
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
        if (tag == 256)
            found.width = toSize(value);
        else if (tag == 257)
            found.height = toSize(value);
        else if (tag == 274 && value >= 1 && value <= 8)
            found.tiffOrientation = static_cast<int>(value);
    }
    return found;
}

Container inspectNetpbm(const Bytes& file)
{
    std::int64_t size[2] = { 0, 0 };
    std::size_t at = 2;
    for (std::int64_t& value : size) {
        for (bool comment = false;; ++at) { // white space and lines that begin with #
            const auto c = file.number(at, 1);
            comment = comment ? c != '\n' : c == '#';
            if (!comment && c >= '0' && c <= '9')
                break;
            if (!comment && c != ' ' && c != '\t' && c != '\r' && c != '\n')
                refuse("The Netpbm file has a damaged header.");
        }
        for (std::uint64_t c; (c = file.number(at, 1)) >= '0' && c <= '9' && value < 1'000'000'000; ++at)
            value = value * 10 + static_cast<std::int64_t>(c - '0');
    }
    return { Format::Netpbm, size[0], size[1], {}, 1 };
}

Container inspectJpeg2000(const Bytes& file, std::size_t limit)
{
    // The codestream begins with SOC and SIZ, inside the jp2c box of a JP2 file or at the start of a bare one.
    for (std::size_t at = 0; at + 4 <= std::min(file.size(), limit); ++at)
        if (file.has(at, "\xff\x4f\xff\x51"))
            return { Format::Jpeg2000, toSize(file.number(at + 8, 4)) - toSize(file.number(at + 16, 4)),
                toSize(file.number(at + 12, 4)) - toSize(file.number(at + 20, 4)), {}, 1 };
    refuse("The JPEG 2000 file has no picture in it.");
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
    if (file.has(0, "II*\0"sv) || file.has(0, "II+\0"sv))
        return inspectTiff(little, file.has(2, "+"));
    if (file.has(0, "MM\0*"sv) || file.has(0, "MM\0+"sv))
        return inspectTiff(file, file.has(3, "+"));
    if (file.has(0, "BM") && file.size() >= 26)
        return inspectBmp(little);
    if (file.has(0, "P") && file.size() > 8 && file.number(1, 1) >= '1' && file.number(1, 1) <= '6')
        return inspectNetpbm(file);
    if (file.has(0, "\0\0\0\x0cjP  \r\n\x87\n"sv) || file.has(0, "\xff\x4f\xff\x51"))
        return inspectJpeg2000(file, 1 << 20);
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
        refuse("HEIC, HEIF and AVIF photographs cannot be read. Save it as JPEG, PNG, WebP or TIFF.");
    if (!found)
        refuse(
            "This is not a photograph in a format that can be read (JPEG, PNG, WebP, BMP, TIFF, JPEG 2000, Netpbm).");
    if (found->width <= 0 || found->height <= 0)
        refuse("The file is damaged: its header gives no size.");
    return *found;
}

} // namespace wordsight::image
