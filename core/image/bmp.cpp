#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/image/on_white.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

constexpr std::size_t kFileHeader = 14;
enum Compression : std::uint32_t { Plain = 0, Rle8 = 1, Rle4 = 2, BitFields = 3, AlphaBitFields = 6 };

[[noreturn]] void refuseBmp(const std::string& why)
{
    throw Error(ErrorKind::UnreadableInput, fmt::format("The BMP file {}.", why));
}

struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
};

/// Where a channel lies in a pixel; the header's masks decide.
struct Channel {
    int shift = 0;
    std::uint32_t most = 0; ///< 0: the channel is not there

    Channel(std::uint32_t mask = 0)
        : shift(mask == 0 ? 0 : std::countr_zero(mask))
        , most(mask >> shift)
    {
    }
    int of(std::uint32_t pixel) const
    {
        return most == 0 ? 0 : static_cast<int>((std::uint64_t { pixel >> shift & most } * 255 + most / 2) / most);
    }
};

class Bmp {
public:
    explicit Bmp(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    {
        const std::size_t header = number(kFileHeader, 4);
        m_os2 = header == 12;
        if (!m_os2 && header < 16)
            refuseBmp("has a header that is not known");
        m_pixels = number(10, 4);
        m_width = m_os2 ? number(18, 2) : static_cast<std::int32_t>(number(18, 4));
        const std::int64_t height = m_os2 ? std::int64_t { number(20, 2) }
                                          : static_cast<std::int32_t>(number(22, 4)); // negative: from the top
        m_height = std::abs(height);
        m_topDown = height < 0;
        m_bits = number(m_os2 ? 24 : 28, 2);
        m_compression = m_os2 || header < 20 ? static_cast<std::uint32_t>(Plain) : number(30, 4);
        if (header == 64 && m_compression > Rle4)
            refuseBmp("is compressed in OS/2's own way, which is not read");
        if (m_compression > BitFields && m_compression != AlphaBitFields)
            refuseBmp(m_compression == 4 || m_compression == 5 ? "holds a JPEG or PNG for a printer, which is not read"
                                                               : "is compressed in a way that is not known");
        const bool fits = m_compression == Plain
            ? m_bits == 1 || m_bits == 2 || m_bits == 4 || m_bits == 8 || m_bits == 16 || m_bits == 24 || m_bits == 32
            : m_compression == Rle8 ? m_bits == 8
            : m_compression == Rle4 ? m_bits == 4
                                    : m_bits == 16 || m_bits == 32;
        if (!fits || (isRle() && m_topDown))
            refuseBmp(fmt::format("has {} bits per pixel in a way that is not known", m_bits));
        if (m_bits <= 8)
            readPalette(header);
        else
            readMasks(header);
    }

    std::int64_t width() const { return m_width; }
    std::int64_t height() const { return m_height; }

    /// Before pixels are made: whether they can be there.
    void checkLength() const
    {
        const std::size_t left = m_pixels <= m_bytes.size() ? m_bytes.size() - m_pixels : 0;
        if (!isRle() && (left == 0 || rowBytes() > left / static_cast<std::size_t>(m_height)))
            refuseBmp("is cut off: its end is missing");
        // Two bytes give 255 pixels at most; who skips more than that has no photograph.
        if (isRle() && static_cast<std::size_t>(m_width * m_height) / 1000 > left)
            refuseBmp("is cut off: it holds far too little for its size");
    }

    Image decode() const
    {
        Image image { static_cast<int>(m_width), static_cast<int>(m_height),
            std::vector<std::uint8_t>(std::size_t { 3 } * static_cast<std::size_t>(m_width * m_height)) };
        if (isRle()) {
            readRle(image);
            return image;
        }
        for (std::int64_t y = 0; y < m_height; ++y)
            readRow(m_pixels + rowBytes() * static_cast<std::size_t>(y), rowOf(image, y));
        return image;
    }

private:
    bool isRle() const { return m_compression == Rle8 || m_compression == Rle4; }
    std::size_t rowBytes() const { return (static_cast<std::size_t>(m_width) * m_bits + 31) / 32 * 4; }

    std::uint32_t number(std::size_t at, std::size_t count) const
    {
        if (at > m_bytes.size() || count > m_bytes.size() - at)
            refuseBmp("is cut off in its header");
        std::uint32_t value = 0;
        for (std::size_t i = count; i-- > 0;)
            value = value << 8 | std::to_integer<std::uint32_t>(m_bytes[at + i]);
        return value;
    }

    void readPalette(std::size_t header)
    {
        const std::size_t entry = m_os2 ? 3 : 4;
        const std::size_t start = kFileHeader + header;
        std::size_t count = m_os2 || header < 40 ? 0 : number(46, 4);
        if (count == 0 || count > 256)
            count = std::size_t { 1 } << m_bits;
        const std::size_t end = std::min<std::size_t>(std::max<std::size_t>(m_pixels, start), m_bytes.size());
        count = std::min(count, end > start ? (end - start) / entry : 0);
        for (std::size_t i = 0; i < count; ++i) {
            const auto at
                = [&](std::size_t k) { return std::to_integer<std::uint8_t>(m_bytes[start + i * entry + k]); };
            m_palette[i] = { at(2), at(1), at(0) };
        }
    }

    void readMasks(std::size_t header)
    {
        std::array<std::uint32_t, 4> masks = m_bits == 16
            ? std::array<std::uint32_t, 4> { 0x7c00, 0x03e0, 0x001f, 0 }
            : std::array<std::uint32_t, 4> { 0xff0000, 0x00ff00, 0x0000ff, 0 };
        if (m_compression == BitFields || m_compression == AlphaBitFields) {
            for (std::size_t i = 0; i < 3; ++i)
                masks[i] = number(54 + 4 * i, 4);
            masks[3] = header >= 56 || m_compression == AlphaBitFields ? number(66, 4) : 0;
        }
        for (std::size_t i = 0; i < 4; ++i)
            m_channels[i] = Channel(masks[i]);
    }

    std::uint8_t* rowOf(Image& image, std::int64_t y) const
    {
        const std::int64_t row = m_topDown ? y : m_height - 1 - y;
        return image.rgb.data() + static_cast<std::size_t>(3 * m_width * row);
    }

    void put(std::uint8_t* to, std::size_t index) const
    {
        to[0] = m_palette[index].red;
        to[1] = m_palette[index].green;
        to[2] = m_palette[index].blue;
    }

    void readRow(std::size_t at, std::uint8_t* to) const
    {
        const std::byte* from = m_bytes.data() + at;
        for (std::size_t x = 0; x < static_cast<std::size_t>(m_width); ++x, to += 3) {
            if (m_bits <= 8) {
                const std::size_t bit = x * m_bits;
                const auto packed = std::to_integer<unsigned>(from[bit / 8]);
                put(to, packed >> (8 - m_bits - bit % 8) & ((1u << m_bits) - 1));
                continue;
            }
            std::uint32_t pixel = 0;
            for (std::size_t i = m_bits / 8; i-- > 0;)
                pixel = pixel << 8 | std::to_integer<std::uint32_t>(from[x * m_bits / 8 + i]);
            const int alpha = m_channels[3].most == 0 ? 255 : m_channels[3].of(pixel);
            for (std::size_t c = 0; c < 3; ++c)
                to[c] = onWhite(m_channels[c].of(pixel), alpha);
        }
    }

    /// Pixels that are skipped keep the first colour.
    void readRle(Image& image) const
    {
        for (std::size_t i = 0; i < image.rgb.size(); i += 3)
            put(&image.rgb[i], 0);
        std::size_t at = m_pixels;
        std::int64_t x = 0, y = 0;
        const auto next = [&] {
            if (at >= m_bytes.size())
                refuseBmp("is cut off: its end is missing");
            return std::to_integer<unsigned>(m_bytes[at++]);
        };
        const auto write = [&](std::size_t index) {
            if (x < m_width && y < m_height)
                put(rowOf(image, y) + 3 * x, index);
            ++x;
        };
        const auto nibble = [](unsigned value, unsigned i) { return i % 2 == 0 ? value >> 4 : value & 15; };
        while (y < m_height) {
            const unsigned count = next();
            const unsigned value = next();
            if (count > 0) { // a run
                for (unsigned i = 0; i < count; ++i)
                    write(m_bits == 8 ? value : nibble(value, i));
            } else if (value == 0) { // end of line
                x = 0;
                ++y;
            } else if (value == 1) { // end of the picture
                return;
            } else if (value == 2) {
                x += next();
                y += next();
            } else { // as they are, padded to two bytes
                unsigned packed = 0;
                for (unsigned i = 0; i < value; ++i) {
                    packed = m_bits == 8 || i % 2 == 0 ? next() : packed;
                    write(m_bits == 8 ? packed : nibble(packed, i));
                }
                at += (m_bits == 8 ? value : (value + 1) / 2) % 2;
            }
        }
    }

    std::span<const std::byte> m_bytes;
    std::int64_t m_width = 0;
    std::int64_t m_height = 0;
    std::size_t m_pixels = 0; ///< where they begin
    std::uint32_t m_bits = 0;
    std::uint32_t m_compression = Plain;
    bool m_os2 = false;
    bool m_topDown = false;
    std::array<Colour, 256> m_palette {};
    std::array<Channel, 4> m_channels {};
};

} // namespace

Image decodeBmp(std::span<const std::byte> bytes, std::int64_t maxPixels)
{
    const Bmp bmp(bytes);
    refuseLarge(bmp.width(), bmp.height(), maxPixels);
    bmp.checkLength();
    return bmp.decode();
}

std::pair<std::int64_t, std::int64_t> sizeOfBmp(std::span<const std::byte> bytes)
{
    const Bmp bmp(bytes);
    return { bmp.width(), bmp.height() };
}

} // namespace wordsight::image
