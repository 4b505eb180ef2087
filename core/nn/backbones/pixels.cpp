#include "core/nn/backbones/pixels.h"

#include "core/image/transform.h"

namespace wordsight::nn {

PixelNormalizer::PixelNormalizer(
    int side, std::span<const double, 3> mean, std::span<const double, 3> deviation, image::Resampling resampling)
    : m_side(side)
    , m_resampling(resampling)
{
    for (std::size_t channel = 0; channel < 3; ++channel)
        for (std::size_t value = 0; value < 256; ++value)
            m_values[channel][value]
                = static_cast<float>((static_cast<double>(value) / 255.0 - mean[channel]) / deviation[channel]);
}

torch::Tensor PixelNormalizer::operator()(std::span<const image::Image> images) const
{
    auto pixels = torch::empty({ static_cast<std::int64_t>(images.size()), m_side, m_side, 3 });
    float* out = pixels.data_ptr<float>();
    for (const image::Image& image : images) {
        const bool fits = image.width == m_side && image.height == m_side;
        const image::Image stretched = fits ? image::Image {} : image::stretch(image, m_side, m_side, m_resampling);
        const auto& rgb = fits ? image.rgb : stretched.rgb;
        for (std::size_t i = 0; i < rgb.size(); i += 3)
            for (std::size_t channel = 0; channel < 3; ++channel)
                *out++ = m_values[channel][rgb[i + channel]];
    }
    return pixels.permute({ 0, 3, 1, 2 });
}

PixelNormalizer imageNetPixels(int side)
{
    constexpr std::array mean { 0.485, 0.456, 0.406 };
    constexpr std::array deviation { 0.229, 0.224, 0.225 };
    return { side, mean, deviation };
}

} // namespace wordsight::nn
