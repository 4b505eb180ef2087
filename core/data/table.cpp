#include "core/data/table.h"

#include <algorithm>

#include "core/data/utf8.h"

namespace wordsight {

namespace {

std::string line(const std::vector<std::string>& cells)
{
    std::string text = "|";
    for (const std::string& cell : cells) {
        text += ' ';
        for (const char c : cell)
            text += c == '|' ? std::string("\\|") : std::string(1, c == '\n' ? ' ' : c);
        text += " |";
    }
    return text + '\n';
}

} // namespace

std::string plainText(const Table& table)
{
    std::vector<std::size_t> widths(table.alignment.size());
    for (const auto& row : table.rows)
        for (std::size_t c = 0; c < row.size(); ++c)
            widths[c] = std::max(widths[c], characterCount(row[c]));
    std::string text;
    for (const auto& row : table.rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string padding(widths[c] - characterCount(row[c]), ' ');
            line += c > 0 ? "  " : "";
            line += table.alignment[c] == 'r' ? padding + row[c] : row[c] + padding;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

std::string markdown(const Table& table)
{
    std::string text;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        text += line(table.rows[r]);
        if (r > 0)
            continue;
        text += '|';
        for (const char side : table.alignment)
            text += side == 'r' ? "-:|" : "-|";
        text += '\n';
    }
    return text;
}

std::string csvCell(std::string_view cell)
{
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(cell);
    std::string quoted = "\"";
    for (const char c : cell)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::string csv(const Table& table)
{
    std::string text;
    for (const auto& row : table.rows) {
        for (std::size_t c = 0; c < row.size(); ++c)
            text += (c > 0 ? "," : "") + csvCell(row[c]);
        text += "\r\n";
    }
    return text;
}

} // namespace wordsight
