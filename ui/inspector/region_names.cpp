#include "ui/inspector/region_names.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>

namespace wordsight::ui {

RegionNames::RegionNames(std::span<const Box> boxes)
    : m_boxes(boxes.begin(), boxes.end())
{
    if (boxes.empty() || boxes[0].w <= 0 || boxes[0].h <= 0)
        return;
    const int columns = static_cast<int>(std::lround(1 / boxes[0].w));
    const int rows = static_cast<int>(std::lround(1 / boxes[0].h));
    const bool equal = std::ranges::all_of(boxes,
        [&](const Box& box) { return std::abs(box.w - boxes[0].w) < 1e-3f && std::abs(box.h - boxes[0].h) < 1e-3f; });
    if (!equal || static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows) != boxes.size())
        return;
    m_columns = columns;
    m_rows = rows;
}

int RegionNames::rowOf(int region) const
{
    return static_cast<int>(std::lround(m_boxes[region].y * static_cast<float>(m_rows))) + 1;
}

int RegionNames::columnOf(int region) const
{
    return static_cast<int>(std::lround(m_boxes[region].x * static_cast<float>(m_columns))) + 1;
}

QString RegionNames::name(int region) const
{
    if (!isGrid())
        return QCoreApplication::translate("Regions", "region %1").arg(region + 1);
    return QCoreApplication::translate("Regions", "row %1, column %2").arg(rowOf(region)).arg(columnOf(region));
}

QString RegionNames::shortName(int region) const
{
    return isGrid() ? QString("%1, %2").arg(rowOf(region)).arg(columnOf(region)) : QString::number(region + 1);
}

} // namespace wordsight::ui
