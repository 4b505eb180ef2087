#include "ui/inspector/heatmap_layer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace wordsight::ui {

namespace {

constexpr int kLongestSide = 320;

/// Weak regions tint the photograph less than strong ones, as in exported sheets.
std::array<QRgb, 256> tints(const HeatmapStyle& style)
{
    std::array<QRgb, 256> table {};
    for (int i = 0; i < 256; ++i) {
        const float share = static_cast<float>(i) / 255;
        if (share < style.threshold)
            continue;
        const float cover = style.opacity * (0.35f + 0.65f * share);
        const QRgb color = heatColor(style.colormap, share);
        table[i]
            = qPremultiply(qRgba(qRed(color), qGreen(color), qBlue(color), static_cast<int>(std::lround(cover * 255))));
    }
    return table;
}

int tintIndex(float share)
{
    return static_cast<int>(std::lround(std::clamp(share, 0.0f, 1.0f) * 255));
}

} // namespace

void HeatmapLayer::reset(QSize photograph)
{
    m_size = photograph.scaled(kLongestSide, kLongestSide, Qt::KeepAspectRatio).expandedTo({ 1, 1 });
    m_maps.clear();
    m_pictures.clear();
}

const align::Heatmap& HeatmapLayer::map(int term)
{
    const auto [entry, isNew] = m_maps.try_emplace(term);
    if (isNew)
        entry->second = align::rasterize(
            m_state.values(term), m_state.subject().alignment.boxes, m_size.width(), m_size.height());
    return entry->second;
}

const QImage& HeatmapLayer::picture(int term)
{
    const auto [entry, isNew] = m_pictures.try_emplace(term);
    QImage& image = entry->second;
    if (!isNew || !m_state.hasMap(term))
        return image;
    const align::Heatmap& values = map(term);
    const Scale scale = m_state.scale(term);
    const std::array<QRgb, 256> tint = tints(m_state.style());
    image = QImage(m_size, QImage::Format_ARGB32_Premultiplied);
    const float* value = values.values.data();
    for (int y = 0; y < image.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < image.width(); ++x)
            line[x] = tint[tintIndex(scale.share(*value++))];
    }
    return image;
}

QImage gradient(align::Colormap colormap, QSize size)
{
    QImage image(size, QImage::Format_RGB32);
    for (int x = 0; x < size.width(); ++x)
        for (int y = 0; y < size.height(); ++y)
            image.setPixel(
                x, y, heatColor(colormap, static_cast<float>(x) / static_cast<float>(std::max(1, size.width() - 1))));
    return image;
}

QRgb heatColor(align::Colormap colormap, float share)
{
    const std::uint8_t* rgb = align::colors(colormap).data() + 3 * tintIndex(share);
    return qRgb(rgb[0], rgb[1], rgb[2]);
}

} // namespace wordsight::ui
