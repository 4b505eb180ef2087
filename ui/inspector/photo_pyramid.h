#pragma once

#include <vector>

#include <QImage>

#include "core/image/image.h"

namespace wordsight::ui {

/// A photograph at its size and halved again and again, so that painting it at any zoom costs what is seen of it.
class PhotoPyramid {
public:
    PhotoPyramid() = default;
    explicit PhotoPyramid(const image::Image& photograph);

    bool isEmpty() const { return m_levels.empty(); }
    QSize size() const { return isEmpty() ? QSize() : m_levels.front().size(); }
    /// The smallest that still has a pixel for every pixel painted, at `scale` painted pixels per pixel of the
    /// photograph.
    const QImage& level(qreal scale) const;

private:
    std::vector<QImage> m_levels;
};

} // namespace wordsight::ui
