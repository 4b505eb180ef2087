#pragma once

#include <span>
#include <vector>

#include <QString>

#include "core/data/box.h"

namespace wordsight::ui {

/// What regions are called: by row and column (from 1, "row 3, column 4") where the boxes are the cells of a full grid,
/// by number ("region 12") elsewhere.
class RegionNames {
public:
    RegionNames() = default;
    explicit RegionNames(std::span<const Box> boxes);

    bool isGrid() const { return m_columns > 0; }
    QString name(int region) const;      ///< "row 3, column 4"
    QString shortName(int region) const; ///< "3, 4"

private:
    int rowOf(int region) const;
    int columnOf(int region) const;

    std::vector<Box> m_boxes;
    int m_rows = 0;
    int m_columns = 0;
};

} // namespace wordsight::ui
