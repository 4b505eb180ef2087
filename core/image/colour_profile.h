#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace wordsight::image {

/// What brings a picture's own colours to sRGB: the ICC profile that came with it. A profile that is damaged, made for
/// other numbers than the picture's, or sRGB itself (most are) changes nothing. Used by one thread.
class ColourProfile {
public:
    enum class Numbers { Rgb, Cmyk };
    /// `icc` may be empty: there is none. A grey picture's is taken with Rgb: its three numbers are equal.
    ColourProfile(std::span<const std::byte> icc, Numbers numbers);
    ~ColourProfile();
    ColourProfile(const ColourProfile&) = delete;
    ColourProfile& operator=(const ColourProfile&) = delete;

    bool changes() const { return m_transform != nullptr; }
    /// Whole pixels, in place.
    void applyTo(std::span<std::uint8_t> rgb) const;
    /// Four inks per pixel, 0: none, 255: all of it. By the profile, else the inks of an ideal printer.
    void inksToRgb(std::span<const std::uint8_t> inks, std::uint8_t* rgb) const;

private:
    void* m_transform = nullptr;
    bool m_grey = false;
};

} // namespace wordsight::image
