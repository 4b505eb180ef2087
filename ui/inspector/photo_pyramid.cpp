#include "ui/inspector/photo_pyramid.h"

namespace wordsight::ui {

namespace {

constexpr int kSmallest = 256;

}

PhotoPyramid::PhotoPyramid(const image::Image& photograph)
{
    const QImage pixels(
        photograph.rgb.data(), photograph.width, photograph.height, 3 * photograph.width, QImage::Format_RGB888);
    m_levels.push_back(pixels.convertToFormat(QImage::Format_RGB32));
    while (std::min(m_levels.back().width(), m_levels.back().height()) >= 2 * kSmallest)
        m_levels.push_back(
            m_levels.back().scaled(m_levels.back().size() / 2, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
}

const QImage& PhotoPyramid::level(qreal scale) const
{
    std::size_t level = 0;
    for (qreal next = 0.5; level + 1 < m_levels.size() && next >= scale; next /= 2)
        ++level;
    return m_levels[level];
}

} // namespace wordsight::ui
