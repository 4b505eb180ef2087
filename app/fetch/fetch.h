#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "app/fetch/repository.h"
#include "app/fetch/transfer.h"

namespace wordsight::fetch {

/// Where models are fetched from: $HF_ENDPOINT, else https://huggingface.co. Throws Error{Usage} if it is no address.
std::string hubAddress();

/// What the hub says of a repository.
Repository describe(Transfer& transfer, const std::string& hub, const std::string& name);

/// Brings the files of a repository into a folder, each under its name only once its size and hash are those that the
/// hub gave; before that it is NAME.part, which a later run goes on with. Files that are there already are checked and
/// kept. `told`: how many bytes of all are there. Throws Error; Error{Io} also where another run fetches into the
/// folder.
void fetchFiles(Transfer& transfer, const std::string& hub, const Repository& repository,
    const std::filesystem::path& folder, const std::function<void(std::uint64_t)>& told);

} // namespace wordsight::fetch
