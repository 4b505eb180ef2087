#include "core/image/reduced_rows.h"

#include <algorithm>

namespace wordsight::image {

ReducedRows::ReducedRows(std::uint32_t width, std::uint32_t height, int minSide, std::function<void()> letGo)
    : m_width(width)
    , m_height(height)
    , m_letGo(std::move(letGo))
{
    const auto side = static_cast<std::size_t>(std::max(minSide, 0));
    while (side > 0 && m_width / (2 * m_square) >= side && m_height / (2 * m_square) >= side)
        m_square *= 2;
    const auto part = [&](std::size_t whole) { return static_cast<int>((whole + m_square - 1) / m_square); };
    m_image = { part(m_width), part(m_height), {} };
    m_image.rgb.resize(std::size_t { 3 } * m_image.width * m_image.height);
    if (m_square > 1)
        m_sums.resize(std::size_t { 3 } * m_image.width);
}

void ReducedRows::take(const std::uint8_t* rgb)
{
    constexpr std::size_t many = 4'000'000;
    if (m_pixels += m_width; m_pixels >= many && m_letGo) {
        m_letGo();
        m_pixels = 0;
    }
    if (m_square == 1) {
        std::copy_n(rgb, 3 * m_width, m_image.rgb.data() + 3 * m_width * m_taken++);
        return;
    }
    for (std::size_t x = 0; x < m_width; ++x)
        for (std::size_t c = 0; c < 3; ++c)
            m_sums[x / m_square * 3 + c] += rgb[3 * x + c];
    if (++m_taken % m_square == 0 || m_taken == m_height)
        finishRow();
}

void ReducedRows::finishRow()
{
    const std::size_t row = (m_taken - 1) / m_square;
    const std::size_t rows = m_taken - row * m_square;
    auto* to = m_image.rgb.data() + m_sums.size() * row;
    for (std::size_t i = 0; i < m_sums.size(); ++i) {
        const std::size_t count = rows * std::min(m_square, m_width - i / 3 * m_square);
        to[i] = static_cast<std::uint8_t>((m_sums[i] + count / 2) / count);
    }
    std::ranges::fill(m_sums, 0);
}

} // namespace wordsight::image
