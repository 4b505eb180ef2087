#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/image/pixel_limit.h"
#include "core/image/readers.h"

namespace wordsight::image {

namespace {

[[noreturn]] void refuseNetpbm(const char* why)
{
    throw Error(ErrorKind::UnreadableInput, fmt::format("The Netpbm file {}.", why));
}

/// P1 to P6: bits, greys or colours, as text or as bytes.
class Netpbm {
public:
    explicit Netpbm(std::span<const std::byte> bytes)
        : m_bytes(bytes)
        , m_kind(bytes.size() < 2 ? 0 : std::to_integer<int>(bytes[1]) - '0')
        , m_at(2)
    {
        m_width = number();
        m_height = number();
        m_most = isBits() ? 1 : number();
        if (m_most < 1 || m_most > 65535)
            refuseNetpbm("has a damaged header");
        if (!isText())
            peek(m_at++); // one white space, whatever it is
    }

    std::int64_t width() const { return m_width; }
    std::int64_t height() const { return m_height; }

    /// Before pixels are made: whether they can be there.
    void checkLength() const
    {
        const auto samples = static_cast<std::size_t>(m_width) * channels();
        const std::size_t row = m_kind == 4 ? (samples + 7) / 8 : samples * (isText() || m_most < 256 ? 1 : 2);
        if (m_at >= m_bytes.size() || row > (m_bytes.size() - m_at) / static_cast<std::size_t>(m_height))
            refuseNetpbm("is cut off: its end is missing");
    }

    Image decode()
    {
        Image image { static_cast<int>(m_width), static_cast<int>(m_height), {} };
        image.rgb.resize(std::size_t { 3 } * static_cast<std::size_t>(m_width * m_height));
        auto* to = image.rgb.data();
        for (std::int64_t y = 0; y < m_height; ++y) {
            for (std::int64_t x = 0; x < m_width; ++x, to += 3) {
                to[0] = sample(x);
                to[1] = channels() == 3 ? sample(x) : to[0];
                to[2] = channels() == 3 ? sample(x) : to[0];
            }
            if (m_kind == 4)
                m_at += static_cast<std::size_t>((m_width + 7) / 8);
        }
        return image;
    }

private:
    bool isText() const { return m_kind <= 3; }
    bool isBits() const { return m_kind % 3 == 1; }
    std::size_t channels() const { return m_kind % 3 == 0 ? 3 : 1; }

    int peek(std::size_t at) const
    {
        if (at >= m_bytes.size())
            refuseNetpbm("is cut off: its end is missing");
        return std::to_integer<int>(m_bytes[at]);
    }

    /// White space, and comments from # to the end of their line.
    void skipBlank()
    {
        for (bool comment = false;; ++m_at) {
            const int c = peek(m_at);
            if (!comment && c >= '0' && c <= '9')
                return;
            comment = comment ? c != '\n' && c != '\r' : c == '#';
            if (!comment && c != ' ' && (c < '\t' || c > '\r'))
                refuseNetpbm("is damaged");
        }
    }

    std::int64_t number()
    {
        skipBlank();
        std::int64_t value = 0;
        for (; m_at < m_bytes.size() && peek(m_at) >= '0' && peek(m_at) <= '9'; ++m_at)
            value = std::min<std::int64_t>(value * 10 + peek(m_at) - '0', 1'000'000'000);
        return value;
    }

    std::uint8_t sample(std::int64_t x)
    {
        std::int64_t value = 0;
        if (m_kind == 4)
            return peek(m_at + static_cast<std::size_t>(x / 8)) >> (7 - x % 8) & 1 ? 0 : 255;
        if (m_kind == 1) { // digits need no space between them
            skipBlank();
            return peek(m_at++) == '0' ? 255 : 0;
        }
        if (isText()) {
            value = number();
        } else {
            value = peek(m_at++);
            if (m_most > 255)
                value = value << 8 | peek(m_at++);
        }
        return static_cast<std::uint8_t>((std::min(value, m_most) * 255 + m_most / 2) / m_most);
    }

    std::span<const std::byte> m_bytes;
    int m_kind;
    std::size_t m_at;
    std::int64_t m_width = 0;
    std::int64_t m_height = 0;
    std::int64_t m_most = 1; ///< the value of white
};

} // namespace

Image decodeNetpbm(std::span<const std::byte> bytes, std::int64_t maxPixels)
{
    Netpbm file(bytes);
    refuseLarge(file.width(), file.height(), maxPixels);
    file.checkLength();
    return file.decode();
}

std::pair<std::int64_t, std::int64_t> sizeOfNetpbm(std::span<const std::byte> bytes)
{
    const Netpbm file(bytes);
    return { file.width(), file.height() };
}

} // namespace wordsight::image
