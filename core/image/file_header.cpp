#include "core/image/file_header.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace wordsight::image {

namespace {

/// Bounds-checked reads; beyond the end everything is 0.
class Bytes {
public:
    explicit Bytes(std::span<const std::byte> data) : m_data(data) {}
    std::size_t size() const { return m_data.size(); }
    std::uint32_t u8(std::size_t at) const { return at < m_data.size() ? std::to_integer<std::uint32_t>(m_data[at]) : 0; }
    std::uint32_t be16(std::size_t at) const { return u8(at) << 8 | u8(at + 1); }
    std::uint32_t be32(std::size_t at) const { return be16(at) << 16 | be16(at + 2); }
    std::uint32_t le16(std::size_t at) const { return u8(at) | u8(at + 1) << 8; }
    std::uint32_t le24(std::size_t at) const { return le16(at) | u8(at + 2) << 16; }
    std::uint32_t le32(std::size_t at) const { return le16(at) | le16(at + 2) << 16; }
    bool has(std::size_t at, const char* text) const
    {
        const std::size_t length = std::strlen(text);
        return at + length <= m_data.size() && std::memcmp(m_data.data() + at, text, length) == 0;
    }
    std::span<const std::byte> slice(std::size_t at, std::size_t length) const
    {
        return at > size() ? std::span<const std::byte>() : m_data.subspan(at, std::min(length, size() - at));
    }

private:
    std::span<const std::byte> m_data;
};

bool isFrameHeader(std::uint32_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

bool standsAlone(std::uint32_t marker) { return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7); }

FileHeader readJpeg(const Bytes& in)
{
    FileHeader header { Format::Jpeg, 0, 0, false, in.slice(0, in.size()) };
    std::size_t at = 2;
    while (at + 1 < in.size()) {
        const std::uint32_t marker = in.u8(at + 1);
        if (in.u8(at) != 0xFF || marker == 0x00 || marker == 0xFF || standsAlone(marker)) {
            ++at; // entropy-coded data, fill bytes, restart marks
            continue;
        }
        if (marker == 0xD9) {
            header.complete = true;
            break;
        }
        if (isFrameHeader(marker) && header.width == 0) {
            header.height = in.be16(at + 5);
            header.width = in.be16(at + 7);
        }
        at += 2 + std::max<std::size_t>(in.be16(at + 2), 2);
    }
    return header;
}

FileHeader readPng(const Bytes& in)
{
    FileHeader header { Format::Png, in.be32(16), in.be32(20), false, {} };
    for (std::size_t at = 8; at + 12 <= in.size();) {
        const std::size_t length = in.be32(at);
        if (in.has(at + 4, "eXIf"))
            header.exif = in.slice(at + 8, length);
        if (in.has(at + 4, "IEND")) {
            header.complete = true;
            break;
        }
        at += 12 + length;
    }
    return header;
}

FileHeader readWebP(const Bytes& in)
{
    FileHeader header { Format::WebP, 0, 0, std::size_t { in.le32(4) } + 8 <= in.size(), {} };
    if (in.has(12, "VP8X")) {
        header.width = in.le24(24) + 1;
        header.height = in.le24(27) + 1;
    } else if (in.has(12, "VP8L")) {
        header.width = (in.le32(21) & 0x3FFF) + 1;
        header.height = (in.le32(21) >> 14 & 0x3FFF) + 1;
    } else if (in.has(12, "VP8 ")) {
        header.width = in.le16(26) & 0x3FFF;
        header.height = in.le16(28) & 0x3FFF;
    }
    for (std::size_t at = 12; at + 8 <= in.size();) {
        const std::size_t length = in.le32(at + 4);
        if (in.has(at, "EXIF"))
            header.exif = in.has(at + 8, "Exif") ? in.slice(at + 14, length - 6) : in.slice(at + 8, length);
        at += 8 + length + (length & 1);
    }
    return header;
}

FileHeader readBmp(const Bytes& in)
{
    const auto height = static_cast<std::int32_t>(in.le32(22));
    return { Format::Bmp, in.le32(18), std::abs(std::int64_t { height }), in.le32(2) <= in.size(), {} };
}

FileHeader readTiff(const Bytes& in)
{
    const bool little = in.has(0, "II");
    const auto u16 = [&](std::size_t at) { return little ? in.le16(at) : in.be16(at); };
    const auto u32 = [&](std::size_t at) { return little ? in.le32(at) : in.be32(at); };
    FileHeader header { Format::Tiff, 0, 0, true, in.slice(0, in.size()) };
    const std::size_t directory = u32(4);
    header.complete = directory + 2 <= in.size();
    for (std::size_t i = 0; i < u16(directory); ++i) {
        const std::size_t entry = directory + 2 + 12 * i;
        const std::uint32_t value = u16(entry + 2) == 3 ? u16(entry + 8) : u32(entry + 8);
        if (u16(entry) == 256)
            header.width = value;
        if (u16(entry) == 257)
            header.height = value;
    }
    return header;
}

} // namespace

std::optional<FileHeader> readHeader(std::span<const std::byte> bytes)
{
    const Bytes in(bytes);
    if (in.has(0, "\xFF\xD8\xFF"))
        return readJpeg(in);
    if (in.has(0, "\x89PNG\r\n\x1A\n"))
        return readPng(in);
    if (in.has(0, "RIFF") && in.has(8, "WEBP"))
        return readWebP(in);
    if (in.has(0, "BM"))
        return readBmp(in);
    if (in.has(0, "II*") || (in.has(0, "MM") && in.be16(2) == 42))
        return readTiff(in);
    return std::nullopt;
}

} // namespace wordsight::image
