#pragma once

#include <QColor>
#include <QImage>

namespace wordsight::ui::test {

/// How many pixels have exactly this colour.
inline int pixelsOf(const QImage& image, const QColor& color)
{
    int pixels = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            pixels += image.pixelColor(x, y) == color;
    return pixels;
}

} // namespace wordsight::ui::test
