#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/box.h"
#include "core/data/matrix.h"

namespace wordsight::store {

/// What all rows of a vector file share. One file per model and library.
struct VectorLayout {
    std::uint32_t dimension = 0;
    std::vector<Box> boxes; ///< the regions of a row, where they are the same for every photograph
    bool hasGlobal = false; ///< one more vector per row, after the regions
    std::string fingerprint;
    bool perPhotoRegions = false; ///< every row has regions of its own, in any number; `boxes` is empty

    bool operator==(const VectorLayout&) const = default;
};

/// A read-only mapping of the rows that were committed when it was made; stays valid while it lives, also
/// while rows are appended. Elements are IEEE half floats. A row is held against its checksum when it is first asked
/// for, by any of the accessors: Error{LibraryMismatch} where a bit is not as it was written. Copies share the mapping.
/// Thread-safe.
class VectorView {
public:
    VectorView() = default;
    const VectorLayout& layout() const;
    std::size_t rows() const { return m_rows; }
    /// Whether damage of a row would be noticed: not in files of older versions.
    bool hasChecksums() const;
    /// Tells files apart, also one that took the place of another, as long as a view of either lives. 0: of none.
    std::uint64_t fileId() const;
    std::size_t regionCount(std::size_t index) const;
    /// Where a row's regions lie; empty: that is not known.
    std::span<const Box> boxes(std::size_t index) const;
    /// Half floats of a row: [regions × dimension], then the global vector where there is one.
    std::span<const std::uint16_t> row(std::size_t index) const;

private:
    friend class VectorFile;
    struct Mapping;
    const std::byte* rowStart(std::size_t index) const;
    std::shared_ptr<const Mapping> m_mapping;
    std::size_t m_rows = 0;
};

/// The append-only file of region vectors: a header {magic, version, dimension, element type, regions, boxes,
/// fingerprint}, then rows. Rows of common regions have one size; a row of own regions begins with their number and
/// boxes. Since version 3 the header and every row have a checksum. Files of version 1 (common regions only) and 2 are
/// read and appended to as they are. One writer at a time; not thread-safe.
class VectorFile {
public:
    /// Opens or creates. Rows beyond `committedRows` (an interrupted run left them) are cut off; the caller has made
    /// sure that nothing refers to them. Where no row is known, a file full of them is kept as FILE.old. Throws
    /// Error{LibraryMismatch} if the file is of another layout or holds fewer rows than committed.
    static VectorFile open(const std::filesystem::path& file, const VectorLayout& layout, std::size_t committedRows);
    VectorFile(VectorFile&&) noexcept;
    VectorFile& operator=(VectorFile&&) noexcept;
    ~VectorFile();

    /// regions [R × D], global [D] or empty, boxes [R] or empty (only where the layout has own regions). Returns the
    /// row's index. Nothing is durable before sync().
    std::size_t append(const Matrix& regions, std::span<const float> global, std::span<const Box> boxes = {});
    /// Forces rows to disk (fdatasync). Throws Error{Io}, disk full among others.
    void sync();
    std::size_t rows() const;

    /// Maps `rows` rows of an existing file for reading, without opening it for writing. `known`: an earlier view of
    /// the same file; what it knows is not read again, and it is handed back where there is no new row.
    /// Throws Error{LibraryMismatch} where it is missing, damaged or shorter, Error{Io} where it cannot be read now.
    static VectorView view(const std::filesystem::path& file, std::size_t rows, const VectorView& known = {});
    /// Maps as many of the first `most` rows as are there, to save what can be saved. Throws Error{LibraryMismatch}
    /// where it is missing or its header is damaged, Error{Io}.
    static VectorView viewWhatIsThere(const std::filesystem::path& file, std::size_t most);

private:
    struct Impl;
    explicit VectorFile(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace wordsight::store
