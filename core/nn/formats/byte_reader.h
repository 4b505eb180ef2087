#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string_view>

namespace wordsight::nn {

/// Bytes read from front to back; never past the end. Throws std::runtime_error where too few are left.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    {
    }

    std::uint64_t left() const { return m_bytes.size(); }

    std::span<const std::byte> take(std::uint64_t count)
    {
        if (count > m_bytes.size())
            throw std::runtime_error("it is cut off");
        const auto taken = m_bytes.first(count);
        m_bytes = m_bytes.subspan(count);
        return taken;
    }

    std::string_view text(std::uint64_t count)
    {
        const auto taken = take(count);
        return { reinterpret_cast<const char*>(taken.data()), taken.size() };
    }

    /// Up to the next line feed, which is taken as well.
    std::string_view line()
    {
        const auto end = std::ranges::find(m_bytes, std::byte { '\n' });
        const auto taken = text(static_cast<std::uint64_t>(end - m_bytes.begin()) + 1);
        return taken.substr(0, taken.size() - 1);
    }

    /// A little-endian number.
    template <class T> T number()
    {
        T value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }

    bool startsWith(std::string_view prefix) const
    {
        return m_bytes.size() >= prefix.size() && std::memcmp(m_bytes.data(), prefix.data(), prefix.size()) == 0;
    }

private:
    std::span<const std::byte> m_bytes;
};

} // namespace wordsight::nn
