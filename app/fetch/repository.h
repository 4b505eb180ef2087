#pragma once

#include <cstdint>
#include <functional>
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

    bool isWeights() const;
};

/// As the hub describes it.
struct Repository {
    std::string name;
    std::string revision;          ///< a commit, so that all files are of one version
    std::string licence;           ///< as its makers name it; empty where they do not
    std::vector<RemoteFile> files; ///< those that an import needs, small ones first

    std::uint64_t bytes() const;
};

/// Throws Error{Usage} for what cannot be OWNER/NAME.
void checkRepositoryName(std::string_view name);

/// Reads the hub's answer to /api/models/NAME?blobs=true and picks what an import needs: transformers' layout if
/// config.json is of a kind that is imported here, else OpenCLIP's; safetensors before .bin. `textOf` is asked for the
/// text of config.json at the repository's version. Throws Error{UnreadableInput} for what is no such answer, and
/// Error{ModelMismatch} where the repository holds nothing that can be imported.
Repository readRepository(const std::string& name, std::string_view answer,
    const std::function<std::string(const std::string& revision, const std::string& file)>& textOf);

} // namespace wordsight::fetch
