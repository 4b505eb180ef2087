#include "app/fetch/fetch.h"

#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/folder_lock.h"
#include "core/base/git_blob.h"
#include "core/base/hash.h"

namespace wordsight::fetch {
namespace {

namespace fs = std::filesystem;

std::string addressOf(
    const std::string& hub, const std::string& repository, const std::string& revision, const std::string& file)
{
    return fmt::format("{}/{}/resolve/{}/{}", hub, repository, revision, file);
}

bool isWhatItShouldBe(const fs::path& path, const RemoteFile& file)
{
    std::error_code missing;
    const auto bytes = fs::file_size(path, missing);
    if (missing || bytes != file.bytes)
        return false;
    return file.sha256.empty() ? gitBlobHashOfFile(path) == file.gitBlob : sha256OfFile(path) == file.sha256;
}

Error io(const fs::path& path, const std::error_code& code)
{
    return Error(ErrorKind::Io, fmt::format("{} cannot be written: {}.", path.string(), code.message()));
}

/// Returns with the file in the folder, checked.
void fetchFile(Transfer& transfer, const std::string& url, const RemoteFile& file, const fs::path& folder,
    const std::function<void(std::uint64_t)>& told)
{
    const fs::path whole = folder / file.name, part = folder / (file.name + ".part");
    if (isWhatItShouldBe(whole, file))
        return;
    std::error_code code;
    auto begun = fs::file_size(part, code);
    if (code)
        begun = 0;
    if (begun > file.bytes)
        begun = fs::remove(part, code) ? 0 : begun;
    transfer.download(url, file.name, part, file.bytes, told);
    if (begun > 0 && !isWhatItShouldBe(part, file)) { // what had been begun may be of another version
        fs::remove(part, code);
        transfer.download(url, file.name, part, file.bytes, told);
    }
    if (!isWhatItShouldBe(part, file)) {
        fs::remove(part, code);
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("{} is not what the hub says it is: its hash differs. It was deleted; begin again to fetch it "
                        "anew.",
                file.name));
    }
    fs::rename(part, whole, code);
    if (code)
        throw io(whole, code);
}

} // namespace

std::string hubAddress()
{
    const char* named = std::getenv("HF_ENDPOINT");
    std::string address = named == nullptr || *named == '\0' ? "https://huggingface.co" : named;
    while (address.ends_with('/'))
        address.pop_back();
    if (!address.starts_with("https://") && !address.starts_with("http://"))
        throw Error(ErrorKind::Usage,
            fmt::format("HF_ENDPOINT is \"{}\"; it must be an address that begins with https:// or http://.", address));
    return address;
}

Repository describe(Transfer& transfer, const std::string& hub, const std::string& name)
{
    checkRepositoryName(name);
    return readRepository(name, transfer.text(fmt::format("{}/api/models/{}?blobs=true", hub, name), name),
        [&](const std::string& revision, const std::string& file) {
            return transfer.text(addressOf(hub, name, revision, file), file);
        });
}

void fetchFiles(Transfer& transfer, const std::string& hub, const Repository& repository, const fs::path& folder,
    const std::function<void(std::uint64_t)>& told)
{
    std::error_code code;
    fs::create_directories(folder, code);
    if (code)
        throw io(folder, code);
    const FolderLock lock = lockFolder(folder);
    if (!lock)
        throw Error(ErrorKind::Io,
            fmt::format("{} is being fetched already{}.", repository.name,
                lock.holder.empty() ? "" : fmt::format(", by process {}", lock.holder)));
    std::uint64_t before = 0;
    for (const RemoteFile& file : repository.files) {
        const std::string url = addressOf(hub, repository.name, repository.revision, file.name);
        fetchFile(transfer, url, file, folder, [&](std::uint64_t reached) { told(before + reached); });
        before += file.bytes;
        told(before);
    }
}

} // namespace wordsight::fetch
