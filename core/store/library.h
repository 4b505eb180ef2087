#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/data/matrix.h"
#include "core/store/photo_filter.h"
#include "core/store/vector_file.h"

namespace wordsight::store {

/// A photograph as the library knows it.
struct Photo {
    PhotoId id;
    std::filesystem::path path; ///< absolute
    std::int64_t bytes = 0;
    std::int64_t modified = 0; ///< nanoseconds since the epoch
    std::string contentHash;
    int width = 0; ///< upright
    int height = 0;
    std::string takenAt; ///< ISO 8601 or empty
    /// When it was taken, else when its file was written, on the clock on the wall. The library sets it when it takes
    /// the photograph in; of no meaning before.
    std::chrono::local_seconds shownAt {};
};

/// A file that could not be read, and why.
struct Rejected {
    std::filesystem::path path;
    std::int64_t bytes = 0;
    std::int64_t modified = 0;
    std::string reason;
};

/// A file that the library knows: a photograph, one that was refused, or both (of a photograph whose file cannot be
/// opened any more what was known is kept).
struct KnownFile {
    struct State {
        std::int64_t bytes = 0;
        std::int64_t modified = 0;
        bool operator==(const State&) const = default;
    };
    std::filesystem::path path;
    PhotoId photo;                     ///< 0: it is none
    bool encoded = false;              ///< by the model that was asked for
    std::optional<State> asPhotograph; ///< as it was when it was read
    std::optional<State> asRejected;   ///< as it was when it was refused
};

/// Where a folder was when it was last gone over: a root, or a folder below one at which another file system begins.
struct MountState {
    std::filesystem::path path;
    std::int64_t device = 0;
    bool isMountPoint = false;
    bool operator==(const MountState&) const = default;
};

/// A folder or a file that could not be seen when it was last looked for. What lies at or below it is offline: known,
/// searchable, but without its file.
struct Unseen {
    std::filesystem::path path;
    std::string reason; ///< as after a colon: "it is not there"
    bool operator==(const Unseen&) const = default;
};

/// What a person wants of a folder of the library.
struct RootRules {
    std::vector<std::string> exclude; ///< patterns of what is left out below it
    bool enterLinks = true;           ///< whether folders that are links are gone over, too
    bool operator==(const RootRules&) const = default;
};

/// A photograph encoded by a model, not yet in the library.
struct NewEncoding {
    PhotoId photo;
    Matrix regions;
    std::vector<float> global;
    std::vector<Box> boxes; ///< where the layout has own regions: where they lie; empty: not known
};

/// One photograph's vectors, to be another's as well.
struct EncodingCopy {
    PhotoId from;
    PhotoId to;
};

/// Photographs searchable with one model: row i of `vectors` belongs to photos[i] (rows whose photograph
/// was removed are absent from `rows`).
struct ModelRows {
    VectorView vectors;
    std::vector<std::size_t> rows; ///< live rows of `vectors`, ascending
    std::vector<PhotoId> photos;   ///< photos[i] is the photograph of rows[i]
};

struct ModelSummary {
    std::string name;
    std::string fingerprint;
    std::int64_t photos = 0;
    std::int64_t bytes = 0;
};

/// How a model's vectors are, row by row.
struct VectorState {
    std::string model;
    std::string fingerprint;
    std::string damage;        ///< what is wrong, in a sentence; empty: nothing
    std::int64_t inUse = 0;    ///< photographs whose vectors are whole
    std::int64_t unused = 0;   ///< rows of photographs that are gone
    std::vector<PhotoId> lost; ///< whose vectors are not: to be encoded anew
    bool hasChecksums = true;  ///< not in files of older versions, where a changed bit is not noticed
};

/// A folder {library.db, vectors/<fingerprint>.vec, thumbs/}. SQLite in WAL mode; one Library object belongs
/// to one thread; open as many as there are threads. A killed process loses nothing that was committed.
class Library {
public:
    enum class Mode { ReadOnly, ReadWrite, Create };
    /// Create makes the folder where it is missing. A library of an older version is brought up to date first, also by
    /// ReadOnly, which writes for that moment. Throws Error{LibraryMismatch} (newer version, damaged, not a library,
    /// older but written to by another process or where nothing can be written) or Error{UnreadableInput} (missing),
    /// naming the folder.
    static Library open(const std::filesystem::path& folder, Mode mode);
    Library(Library&&) noexcept;
    Library& operator=(Library&&) noexcept;
    ~Library();

    const std::filesystem::path& folder() const;
    std::filesystem::path thumbnailPath(const std::string& contentHash) const;
    /// Another number than before once any other Library object, in whatever process, has written. Reads no rows.
    std::int64_t version() const;

    // Folders that a person added; they are gone over again where nobody names others.
    void addRoot(const std::filesystem::path& root);
    std::vector<std::filesystem::path> roots() const;
    /// The standard rules for a folder that is no root, or has none.
    RootRules rootRules(const std::filesystem::path& root) const;
    void setRootRules(const std::filesystem::path& root, const RootRules& rules);

    // How the folders were found when they were last gone over
    std::vector<MountState> mounts() const;
    void putMounts(std::span<const MountState> mounts);
    std::vector<Unseen> unseen() const; ///< by path
    /// Takes the place of all there were. Writes nothing where nothing changes.
    void setUnseen(std::vector<Unseen> unseen);

    // Photographs
    std::optional<Photo> photo(PhotoId id) const;
    std::optional<Photo> photoAt(const std::filesystem::path& path) const;
    std::optional<Photo> photoWithContent(const std::string& contentHash) const;
    /// All with the same content, whatever their names, in the order in which they came.
    std::vector<Photo> photosWithContent(const std::string& contentHash) const;
    /// The newest first (Photo::shownAt), those of one moment by path.
    std::vector<Photo> photos(const PhotoFilter& filter = {}) const;
    std::int64_t photoCount() const;
    /// Every photograph and refused file, in one question. In no order.
    std::vector<KnownFile> knownFiles(const std::string& fingerprint) const;
    /// Inserts, or updates what stands at the same path. Encodings of other content at that path are dropped.
    PhotoId putPhoto(const Photo& photo);
    /// The same photograph under a new name: its encodings stay.
    void movePhoto(PhotoId id, const Photo& nowAt);
    void removePhoto(PhotoId id);

    // Files that were refused
    void putRejected(const Rejected& rejected);
    void clearRejected(const std::filesystem::path& path);
    std::optional<Rejected> rejectedAt(const std::filesystem::path& path) const;
    std::vector<Rejected> rejected() const;
    std::int64_t rejectedCount() const;

    // Vectors
    bool isEncoded(PhotoId id, const std::string& fingerprint) const;
    /// append → sync → SQL commit, so that SQL never names a row that is not on disk.
    void addEncodings(const std::string& modelName, const VectorLayout& layout, std::span<const NewEncoding> encodings);
    /// Gives photographs the vectors that another one of the same content has: no model runs. Durable as
    /// addEncodings(). Throws Error{Internal} where `from` has none.
    void copyEncodings(const std::string& modelName, const VectorLayout& layout, std::span<const EncodingCopy> copies);
    /// What is searchable with the model now. Empty rows where nothing is indexed or nothing matches.
    ModelRows rows(const std::string& fingerprint, const PhotoFilter& filter = {}) const;
    std::vector<ModelSummary> models() const;

    // Upkeep
    /// Reads every row that a photograph refers to. Throws only Error{Io}.
    std::vector<VectorState> vectorStates() const;
    /// Puts the rows that are whole and in use into a file of the newest version, which takes the place of the old one
    /// in one commit; photographs of other rows are to be encoded anew. A file of which nothing can be read is kept as
    /// FILE.old.
    void rewriteVectors(const std::string& fingerprint);
    /// Looks at the file again in the next run of indexing, whatever its time.
    void distrust(PhotoId id);
    /// Deletes thumbnails and vector files that no photograph refers to, and gives back what library.db does not use.
    void sweep();

private:
    struct Impl;
    explicit Library(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace wordsight::store
