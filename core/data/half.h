#pragma once

#include <cstdint>
#include <cstring>

namespace wordsight {

/// IEEE half floats by the compiler's own conversion (round to nearest even).
inline std::uint16_t toHalf(float value)
{
    const auto half = static_cast<_Float16>(value);
    std::uint16_t bits;
    std::memcpy(&bits, &half, sizeof bits);
    return bits;
}

inline float fromHalf(std::uint16_t bits)
{
    _Float16 half;
    std::memcpy(&half, &bits, sizeof half);
    return static_cast<float>(half);
}

} // namespace wordsight
