#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "core/base/descriptor.h"
#include "core/store/library.h"
#include "core/store/sqlite.h"

namespace wordsight::store {

struct Library::Impl {
    Impl(const std::filesystem::path& at, Mode mode);
    ~Impl();

    /// The vector file of the model that is in use.
    std::filesystem::path vectorPath(const std::string& fingerprint);
    std::filesystem::path vectorPath(const std::string& fingerprint, std::int64_t generation) const;
    /// Rows of the model's file that are committed; the model is made known where it is new.
    std::size_t committedRows(const std::string& name, const std::string& fingerprint);
    /// What `models` says, held against what `encodings` refers to.
    std::size_t checkedRows(const std::string& fingerprint, std::int64_t rows);
    VectorFile& vectorFile(const VectorLayout& layout, std::size_t committed);
    ModelRows rows(const std::string& fingerprint, const PhotoFilter& filter);

    std::filesystem::path folder;
    bool writes;
    Descriptor lock;
    Database database;
    std::map<std::string, VectorFile> files; ///< open for appending, by fingerprint
    std::map<std::string, VectorView> views; ///< what was mapped last, by fingerprint

private:
    void forgetLostVectors();
};

/// Whether the fingerprint in a file's header is the model's, whatever the file is called.
bool isMadeBy(const VectorView& vectors, const std::string& fingerprint);

/// The name of a model's vector file; see resources/schema/004_vector_generation.sql.
std::string vectorFileName(const std::string& fingerprint, std::int64_t generation);

/// Where a photograph's small picture lies below thumbs/.
std::filesystem::path thumbnailName(const std::string& contentHash);

} // namespace wordsight::store
