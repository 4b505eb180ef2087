#include "core/image/colour_profile.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include <lcms2.h>

namespace wordsight::image {

namespace {

using Profile = std::unique_ptr<void, decltype(&cmsCloseProfile)>;

/// Nothing is printed, whatever a profile holds.
cmsContext quietContext()
{
    static const auto context = [] {
        cmsContext made = cmsCreateContext(nullptr, nullptr);
        cmsSetLogErrorHandlerTHR(made, [](cmsContext, cmsUInt32Number, const char*) {});
        return made;
    }();
    return context;
}

/// Whether no colour changes by more than the rounding of eight bits.
bool isIdentity(cmsHTRANSFORM transform)
{
    constexpr int steps = 6, tolerance = 2;
    std::vector<std::uint8_t> before;
    for (int r = 0; r < steps; ++r)
        for (int g = 0; g < steps; ++g)
            for (int b = 0; b < steps; ++b)
                for (const int value : { r, g, b })
                    before.push_back(static_cast<std::uint8_t>(value * 255 / (steps - 1)));
    std::vector<std::uint8_t> after(before.size());
    cmsDoTransform(transform, before.data(), after.data(), static_cast<cmsUInt32Number>(before.size() / 3));
    for (std::size_t i = 0; i < before.size(); ++i)
        if (std::abs(before[i] - after[i]) > tolerance)
            return false;
    return true;
}

} // namespace

ColourProfile::ColourProfile(std::span<const std::byte> icc, Numbers numbers)
{
    if (icc.empty())
        return;
    const Profile own(cmsOpenProfileFromMemTHR(quietContext(), icc.data(), static_cast<cmsUInt32Number>(icc.size())),
        &cmsCloseProfile);
    if (!own)
        return;
    const cmsColorSpaceSignature space = cmsGetColorSpace(own.get());
    m_grey = numbers == Numbers::Rgb && space == cmsSigGrayData;
    if (!m_grey && space != (numbers == Numbers::Rgb ? cmsSigRgbData : cmsSigCmykData))
        return;
    const Profile srgb(cmsCreate_sRGBProfileTHR(quietContext()), &cmsCloseProfile);
    const cmsUInt32Number from = numbers == Numbers::Cmyk ? TYPE_CMYK_8 : m_grey ? TYPE_GRAY_8 : TYPE_RGB_8;
    m_transform = cmsCreateTransformTHR(
        quietContext(), own.get(), from, srgb.get(), TYPE_RGB_8, INTENT_PERCEPTUAL, cmsFLAGS_NOCACHE);
    if (m_transform != nullptr && numbers == Numbers::Rgb && !m_grey && isIdentity(m_transform)) {
        cmsDeleteTransform(m_transform);
        m_transform = nullptr;
    }
}

ColourProfile::~ColourProfile()
{
    if (m_transform != nullptr)
        cmsDeleteTransform(m_transform);
}

void ColourProfile::applyTo(std::span<std::uint8_t> rgb) const
{
    if (!changes())
        return;
    constexpr std::size_t most = std::size_t { 3 } << 16; // bytes at once
    std::vector<std::uint8_t> grey;
    for (std::size_t begin = 0; begin < rgb.size(); begin += most) {
        const std::span<std::uint8_t> part = rgb.subspan(begin, std::min(most, rgb.size() - begin));
        const std::uint8_t* from = part.data();
        if (m_grey) {
            grey.resize(part.size() / 3);
            for (std::size_t i = 0; i < grey.size(); ++i)
                grey[i] = part[3 * i];
            from = grey.data();
        }
        cmsDoTransform(m_transform, from, part.data(), static_cast<cmsUInt32Number>(part.size() / 3));
    }
}

void ColourProfile::inksToRgb(std::span<const std::uint8_t> inks, std::uint8_t* rgb) const
{
    if (changes()) {
        cmsDoTransform(m_transform, inks.data(), rgb, static_cast<cmsUInt32Number>(inks.size() / 4));
        return;
    }
    for (std::size_t i = 0; i + 3 < inks.size(); i += 4, rgb += 3)
        for (std::size_t c = 0; c < 3; ++c)
            rgb[c] = static_cast<std::uint8_t>((255 - inks[i + c]) * (255 - inks[i + 3]) / 255);
}

} // namespace wordsight::image
