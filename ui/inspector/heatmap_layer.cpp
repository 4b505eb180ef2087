#include "ui/inspector/heatmap_layer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace wordsight::ui {

namespace {

constexpr int kLongestSide = 320;

int tintIndex(float share)
{
    return static_cast<int>(std::lround(share * 255));
}

/// The heat that lies over the photograph, for every 255th of the range.
std::array<QRgb, 256> tints(const align::HeatStyle& style)
{
    std::array<QRgb, 256> table {};
    for (int i = 0; i < 256; ++i) {
        const float share = static_cast<float>(i) / 255;
        const auto [red, green, blue] = align::heatColor(style.colormap, share);
        const int alpha = static_cast<int>(std::lround(align::heatCover(style, share) * 255));
        table[i] = qPremultiply(qRgba(red, green, blue, alpha));
    }
    return table;
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
    const align::HeatRange range = m_state.range(term);
    const std::array<QRgb, 256> tint = tints(m_state.style());
    image = QImage(m_size, QImage::Format_ARGB32_Premultiplied);
    const float* value = values.values.data();
    for (int y = 0; y < image.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < image.width(); ++x)
            line[x] = tint[tintIndex(range.share(*value++))];
    }
    return image;
}

QImage gradient(align::Colormap colormap, QSize size)
{
    QImage image(size, QImage::Format_RGB32);
    for (int x = 0; x < size.width(); ++x)
        for (int y = 0; y < size.height(); ++y)
            image.setPixel(x, y,
                toQRgb(align::heatColor(
                    colormap, static_cast<float>(x) / static_cast<float>(std::max(1, size.width() - 1)))));
    return image;
}

QRgb toQRgb(align::Rgb color)
{
    return qRgb(color[0], color[1], color[2]);
}

void fadeColors(QImage& picture, float fade)
{
    if (fade <= 0)
        return;
    for (int y = 0; y < picture.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
        for (int x = 0; x < picture.width(); ++x) {
            const auto part = [](int value) { return static_cast<std::uint8_t>(value); };
            line[x] = toQRgb(align::faded({ part(qRed(line[x])), part(qGreen(line[x])), part(qBlue(line[x])) }, fade));
        }
    }
}

} // namespace wordsight::ui
