#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wordsight {

/// Rows of cells, the first row as heading; `alignment` has an 'l' or 'r' a column.
struct Table {
    std::string alignment;
    std::vector<std::vector<std::string>> rows;
};

std::string plainText(const Table& table); ///< columns as wide as their widest cell, two spaces between them
std::string markdown(const Table& table);
std::string csv(const Table& table);
std::string csvCell(std::string_view cell); ///< RFC 4180: quoted where it must be

} // namespace wordsight
