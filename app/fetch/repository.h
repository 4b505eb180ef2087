#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wordsight::fetch {

/// A file of a repository, with what the hub says its content is.
struct RemoteFile {
    std::string name; ///< of the file alone: what is fetched lies at the top
    std::uint64_t bytes = 0;
    std::string sha256;  ///< 64 hex digits; of large files
    std::string gitBlob; ///< 40 hex digits; of the others

    /// Weights are the large ones; a model is looked at before they are fetched.
    bool isWeights() const;
};

/// As the hub describes it.
struct Repository {
    std::string name;
    std::string revision; ///< a commit, so that all files are of one version
    std::string licence;  ///< as its makers name it; empty where they do not
    std::vector<RemoteFile> files; ///< those that an import needs, small ones first

    std::uint64_t bytes() const;
};

/// Throws Error{Usage} for what cannot be OWNER/NAME.
void checkRepositoryName(std::string_view name);

/// Reads the hub's answer to /api/models/NAME?blobs=true and picks what an import needs: transformers' layout if it is
/// there, else OpenCLIP's; safetensors before .bin. Throws Error{UnreadableInput} for what is no such answer, and
/// Error{ModelMismatch} where the repository holds neither layout.
Repository readRepository(const std::string& name, std::string_view answer);

} // namespace wordsight::fetch
