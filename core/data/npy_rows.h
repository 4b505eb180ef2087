#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/input_file.h"

namespace wordsight {

/// The rows (along the first axis) of a .npy that need not fit into memory, read one at a time. Thread-safe.
class NpyRows {
public:
    /// Throws Error{UnreadableInput} with file and reason, as for an array in Fortran order, which has no rows on disk.
    explicit NpyRows(const std::filesystem::path& file);
    const std::vector<std::size_t>& shape() const { return m_shape; } ///< at least one axis
    std::size_t rowSize() const { return m_rowSize; }                 ///< elements per row
    const std::filesystem::path& path() const { return m_file.path(); }
    std::vector<float> row(std::size_t index) const;
    /// The first bytes of a row, `most` at most: tells rows apart without reading them.
    std::vector<std::byte> beginningOf(std::size_t index, std::size_t most) const;

private:
    InputFile m_file;
    std::string m_dtype;
    std::vector<std::size_t> m_shape;
    std::size_t m_rowSize = 1;
    std::size_t m_rowBytes = 0;
    std::size_t m_start = 0;
};

} // namespace wordsight
