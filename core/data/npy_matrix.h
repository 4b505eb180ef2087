#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "core/base/file_mapping.h"
#include "core/data/matrix_view.h"

namespace wordsight {

/// A float32 matrix that is written straight into a .npy file instead of being held in memory: the system writes pages
/// out as it sees fit. The file bears its name only after commit(); without it nothing is left behind.
class NpyMatrixWriter {
public:
    /// Takes the room on the disk at once. Throws Error{Io}, disk full among others.
    NpyMatrixWriter(std::filesystem::path file, std::size_t rows, std::size_t cols);
    ~NpyMatrixWriter();
    NpyMatrixWriter(const NpyMatrixWriter&) = delete;
    NpyMatrixWriter& operator=(const NpyMatrixWriter&) = delete;

    MatrixSpan values() const { return m_values; } ///< zeros at first
    void commit();                                 ///< Throws Error{Io}.

private:
    std::filesystem::path m_file;
    std::filesystem::path m_unfinished;
    std::size_t m_bytes = 0;
    void* m_mapping = nullptr;
    MatrixSpan m_values;
};

/// A matrix of float32 in a file, mapped: .npy in C order, or bare numbers without any header (numpy.memmap makes such
/// files), whose shape the reader must know. Copies share the mapping.
class MappedMatrix {
public:
    /// Throws Error{UnreadableInput} where the file holds another kind of array, or one of another shape.
    static MappedMatrix open(const std::filesystem::path& file, std::size_t rows, std::size_t cols);
    MatrixView values() const { return m_values; }

private:
    std::shared_ptr<FileMapping> m_mapping;
    MatrixView m_values;
};

} // namespace wordsight
