#pragma once

#include <unordered_map>

#include <QImage>

#include "core/align/heat_style.h"
#include "ui/inspector/inspection_state.h"

namespace wordsight::ui {

/// The pictures of terms' heatmaps, made when first asked for and kept: a word is pointed at many times. A picture is
/// smaller than the photograph and smooth, so that scaling it up while painting shows no steps.
class HeatmapLayer {
public:
    explicit HeatmapLayer(const InspectionState& state)
        : m_state(state)
    {
    }

    /// Everything is made again: for other values, or a photograph of another shape.
    void reset(QSize photograph);
    /// Only the colours are.
    void restyle() { m_pictures.clear(); }
    /// Transparent where the photograph stays bare; null for a term without a map.
    const QImage& picture(int term);

private:
    const align::Heatmap& map(int term);

    const InspectionState& m_state;
    QSize m_size;
    std::unordered_map<int, align::Heatmap> m_maps;
    std::unordered_map<int, QImage> m_pictures;
};

/// A colormap from left to right.
QImage gradient(align::Colormap colormap, QSize size);

QRgb toQRgb(align::Rgb color);

/// Takes colour out of a picture as far as `fade` says (align::faded). RGB32.
void fadeColors(QImage& picture, float fade);

} // namespace wordsight::ui
