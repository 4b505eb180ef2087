#include "core/model/import_model.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/model/architecture.h"
#include "core/model/image_text_model.h"
#include "core/model/importers/importers.h"
#include "core/nn/formats/safetensors.h"

namespace wordsight::model {

using namespace nn;
namespace {

namespace fs = std::filesystem;

/// A model in the making lies beside the others under a name that the catalogue passes over.
constexpr std::string_view kUnfinished = ".importing-";

Error io(const fs::path& path, const std::error_code& code)
{
    return Error(ErrorKind::Io, fmt::format("Cannot write {}: {}.", path.string(), code.message()));
}

const Importer& importerNamed(const std::string& name)
{
    for (const ArchitectureTraits& traits : architectures())
        if (traits.importer != nullptr && traits.importedAs == name)
            return *traits.importer;
    throw Error(
        ErrorKind::Usage, fmt::format("There is no importer for \"{}\"; there are: {}.", name, importableNames()));
}

const Importer& importerFor(const fs::path& source)
{
    std::vector<std::string> reasons;
    for (const ArchitectureTraits& traits : architectures()) {
        std::string reason = traits.importer != nullptr ? traits.importer->whyNot(source) : "";
        if (traits.importer != nullptr && reason.empty())
            return *traits.importer;
        if (!reason.empty() && std::ranges::find(reasons, reason) == reasons.end())
            reasons.push_back(std::move(reason));
    }
    throw Error(ErrorKind::ModelMismatch,
        fmt::format("{} is no model that can be imported: {}. What can be read: {}.", source.string(),
            fmt::join(reasons, "; "), importableNames()));
}

/// A folder that is gone when this is, unless it was kept.
class UnfinishedFolder {
public:
    UnfinishedFolder(const fs::path& models, const std::string& name)
        : m_path(models / fmt::format("{}{}-{}", kUnfinished, ::getpid(), name))
    {
        std::error_code code;
        fs::create_directories(models, code);
        if (!code)
            fs::create_directory(m_path, code);
        if (code)
            throw io(m_path, code);
    }
    ~UnfinishedFolder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    UnfinishedFolder(const UnfinishedFolder&) = delete;
    UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

void bring(const BroughtFile& file, const fs::path& folder)
{
    writeFileAtomically(folder / file.name, readFile(file.source));
}

/// Where a folder was fetched without its large files, Git leaves a few lines that say what they are.
void refuseGitLfsPointers(const fs::path& source)
{
    const auto check = [](const fs::path& file) {
        constexpr std::string_view begin = "version https://git-lfs";
        std::error_code ignored;
        if (fs::is_regular_file(file, ignored) && fs::file_size(file, ignored) < 1024
            && std::string_view(readTextFile(file)).starts_with(begin))
            throw Error(ErrorKind::UnreadableInput,
                fmt::format(
                    "{} is only Git's note of where the file is, not the file. Fetch it with \"git lfs pull\" or "
                    "download it by itself.",
                    file.string()));
    };
    if (!fs::is_directory(source))
        return check(source);
    for (const auto& entry : fs::directory_iterator(source))
        check(entry.path());
}

/// One weight that is no number makes no number of every score.
void checkNumbers(const TensorMap& tensors, const fs::path& source)
{
    for (const auto& [name, tensor] : tensors)
        if (tensor.is_floating_point() && !torch::isfinite(tensor).all().item<bool>())
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("{} holds weights that are not numbers, in {}. Nothing could be found with them.",
                    source.string(), name));
}

void write(Import& import, const ImportRequest& request, const fs::path& folder)
{
    const fs::path weights = folder / "model.safetensors";
    writeSafetensors(weights, import.tensors);
    import.tensors.clear();
    import.config.name = request.name;
    import.config.weightsSha256 = sha256OfFile(weights);
    for (const BroughtFile& file : import.files) {
        bring(file, folder);
        import.config.otherFiles.push_back({ file.name, sha256OfFile(folder / file.name) });
    }
    writeFileAtomically(folder / "config.json", import.config.toJson());
}

/// Opens the finished folder, so that every tensor is known to be where the network wants it. What is wrong is said of
/// the source: that is where a person can look.
void tryOut(const fs::path& finished, const ImportRequest& request)
{
    try {
        openModel(finished, request.weights, DeviceChoice::Cpu);
    } catch (const Error& error) {
        std::string message = error.what();
        if (const auto at = message.find(finished.string()); at != std::string::npos)
            message.replace(at, finished.string().size(), request.source.string());
        throw Error(error.kind(), message, error.hint());
    }
}

/// Moves the finished folder to its name. With an old model there, both are renamed; nothing is deleted before.
void install(const fs::path& finished, const fs::path& folder)
{
    std::error_code code;
    const UnfinishedFolder room(folder.parent_path(), "old-" + folder.filename().string());
    fs::rename(folder, room.path() / "model", code);
    if (code && code != std::errc::no_such_file_or_directory)
        throw io(folder, code);
    fs::rename(finished, folder, code);
    if (!code)
        return;
    std::error_code ignored;
    fs::rename(room.path() / "model", folder, ignored);
    throw io(folder, code);
}

} // namespace

void checkModelName(const std::string& name)
{
    const bool plain
        = std::ranges::none_of(name, [](char c) { return c == '/' || static_cast<unsigned char>(c) < ' '; });
    if (name.empty() || name.front() == '.' || name.size() > 100 || !plain)
        throw Error(ErrorKind::Usage,
            fmt::format("\"{}\" cannot be the name of a model: it must be one folder name of at "
                        "most 100 bytes that does not begin with a dot.",
                name));
    if (name.front() == ' ' || name.back() == ' ')
        throw Error(ErrorKind::Usage,
            fmt::format("\"{}\" cannot be the name of a model: there is a blank at its beginning or end.", name));
}

void clearUnfinishedImports(const fs::path& models)
{
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(models, none)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(kUnfinished))
            continue;
        const long program = std::strtol(name.c_str() + kUnfinished.size(), nullptr, 10);
        if (program > 0 && ::kill(static_cast<pid_t>(program), 0) != 0 && errno == ESRCH)
            fs::remove_all(entry.path(), none);
    }
}

ImportedModel importModel(const ImportRequest& request)
{
    checkModelName(request.name);
    const fs::path folder = request.models / request.name;
    if (fs::exists(folder) && !request.replace)
        throw Error(ErrorKind::Usage,
            fmt::format("There is a model \"{}\" already, in {}.", request.name, folder.string()), Hint::ReplaceModel);
    if (!fs::exists(request.source))
        throw Error(ErrorKind::UnreadableInput, fmt::format("{} is not there.", request.source.string()));
    refuseGitLfsPointers(request.source);
    Import import = (request.architecture.empty() ? importerFor(request.source) : importerNamed(request.architecture))
                        .read(request);
    checkNumbers(import.tensors, request.source);
    clearUnfinishedImports(request.models);
    const UnfinishedFolder unfinished(request.models, request.name);
    write(import, request, unfinished.path());
    tryOut(unfinished.path(), request);
    ImportedModel imported { folder, std::string(nameOf(import.config.architecture)), import.config.description,
        fs::file_size(unfinished.path() / "model.safetensors") };
    install(unfinished.path(), folder);
    return imported;
}

void removeModel(const fs::path& models, const std::string& name)
{
    checkModelName(name);
    const fs::path folder = models / name;
    if (!fs::is_regular_file(folder / "config.json"))
        throw Error(ErrorKind::Usage, fmt::format("There is no model \"{}\" in {}.", name, models.string()));
    const UnfinishedFolder room(models, "removed-" + name); // gone from the catalogue at once, whatever is interrupted
    std::error_code code;
    fs::rename(folder, room.path() / "model", code);
    if (code)
        throw io(folder, code);
}

} // namespace wordsight::model
