#include "app/fetch/repository.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/json.h"

namespace wordsight::fetch {
namespace {

using nlohmann::json;

constexpr auto kSmallFiles = std::to_array<std::string_view>(
    { "config.json", "open_clip_config.json", "preprocessor_config.json", "processor_config.json",
        "tokenizer_config.json", "tokenizer.json", "vocab.json", "merges.txt", "spiece.model" });
/// As core/model/importers reads them.
constexpr auto kImported = std::to_array<std::string_view>({ "clip", "siglip" });
constexpr std::uint64_t kLongestFile = std::uint64_t { 1 } << 40;

bool isHex(std::string_view text, std::size_t digits)
{
    return text.size() == digits
        && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string textAt(const json& object, const char* name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

RemoteFile fileOf(const json& sibling)
{
    RemoteFile file { sibling.at("rfilename").get<std::string>(), 0, {}, {} };
    if (const auto lfs = sibling.find("lfs"); lfs != sibling.end() && lfs->is_object()) {
        file.bytes = lfs->at("size").get<std::uint64_t>();
        file.sha256 = textAt(*lfs, "sha256");
        if (!isHex(file.sha256, 64))
            throw JsonProblem(fmt::format("it gives no SHA-256 of {}", file.name));
    } else {
        file.bytes = sibling.value("size", std::uint64_t { 0 });
        file.gitBlob = textAt(sibling, "blobId");
        if (!isHex(file.gitBlob, 40))
            throw JsonProblem(fmt::format("it gives no hash of {}", file.name));
    }
    if (file.bytes > kLongestFile)
        throw JsonProblem(fmt::format("{} is said to be longer than any model", file.name));
    return file;
}

/// The licence stands in the model's card, or else among the tags.
std::string licenceOf(const json& answer)
{
    if (const auto card = answer.find("cardData"); card != answer.end() && card->is_object()) {
        const std::string licence = textAt(*card, "license");
        if (const std::string named = textAt(*card, "license_name"); licence == "other" && !named.empty())
            return named;
        if (!licence.empty())
            return licence;
    }
    constexpr std::string_view prefix = "license:";
    if (const auto tags = answer.find("tags"); tags != answer.end() && tags->is_array())
        for (const json& tag : *tags)
            if (tag.is_string() && tag.get_ref<const std::string&>().starts_with(prefix))
                return tag.get<std::string>().substr(prefix.size());
    return {};
}

using Files = std::vector<RemoteFile>;

bool has(const Files& files, std::string_view name)
{
    return std::ranges::find(files, name, &RemoteFile::name) != files.end();
}

/// The file NAME.EXTENSION, else its parts with their index; empty where neither is there.
Files weightsNamed(const Files& files, std::string_view name, std::string_view extension)
{
    const std::string whole = fmt::format("{}.{}", name, extension), index = whole + ".index.json";
    const std::string partBegin = fmt::format("{}-", name), partEnd = fmt::format(".{}", extension);
    Files found;
    const bool isWhole = has(files, whole);
    if (!isWhole && !has(files, index))
        return found;
    for (const RemoteFile& file : files)
        if (isWhole ? file.name == whole
                    : file.name == index || (file.name.starts_with(partBegin) && file.name.ends_with(partEnd)))
            found.push_back(file);
    return found;
}

Files weightsNamed(const Files& files, const std::array<std::string_view, 2>& names)
{
    for (const char* extension : { "safetensors", "bin" })
        for (const std::string_view name : names)
            if (Files found = weightsNamed(files, name, extension); !found.empty())
                return found;
    return {};
}

/// Which kind of model a config.json of transformers is of; empty where it does not say.
std::string modelTypeOf(std::string_view configuration)
{
    const json value = parseJson(configuration);
    return value.is_object() ? textAt(value, "model_type") : "";
}

Files weightsOf(const std::string& repository, const Files& files, const std::function<std::string()>& configuration)
{
    Files transformers = has(files, "config.json") ? weightsNamed(files, { "model", "pytorch_model" }) : Files();
    Files openClip = has(files, "open_clip_config.json")
        ? weightsNamed(files, { "open_clip_model", "open_clip_pytorch_model" })
        : Files();
    // timm puts a config.json of its own beside OpenCLIP's.
    const std::string type = transformers.empty() ? "" : modelTypeOf(configuration());
    if (std::ranges::find(kImported, type) != kImported.end())
        return transformers;
    if (!openClip.empty())
        return openClip;
    if (!type.empty())
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{} is a model of the kind \"{}\"; of those, CLIP and SigLIP of one fixed resolution can be "
                        "imported (\"clip\", \"siglip\").",
                repository, type));
    throw Error(ErrorKind::ModelMismatch,
        fmt::format("{} holds no model that can be imported: neither config.json with model.safetensors or "
                    "pytorch_model.bin, nor open_clip_config.json with its weights.",
            repository));
}

Files needed(const std::string& repository, const Files& files, const std::function<std::string()>& configuration)
{
    Files picked = weightsOf(repository, files, configuration);
    for (const RemoteFile& file : files)
        if (std::ranges::find(kSmallFiles, file.name) != kSmallFiles.end() && !has(picked, file.name))
            picked.push_back(file);
    std::ranges::stable_sort(
        picked, {}, [](const RemoteFile& file) { return std::pair(file.isWeights(), file.bytes); });
    return picked;
}

} // namespace

bool RemoteFile::isWeights() const
{
    return name.ends_with(".safetensors") || name.ends_with(".bin");
}

std::uint64_t Repository::bytes() const
{
    return std::accumulate(files.begin(), files.end(), std::uint64_t { 0 },
        [](std::uint64_t sum, const RemoteFile& file) { return sum + file.bytes; });
}

void checkRepositoryName(std::string_view name)
{
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
            || c == '.';
    };
    const auto isName = [&](std::string_view part) {
        return !part.empty() && part.size() <= 96 && part.front() != '.' && std::ranges::all_of(part, plain);
    };
    const auto slash = name.find('/');
    if (slash == std::string_view::npos || !isName(name.substr(0, slash)) || !isName(name.substr(slash + 1)))
        throw Error(ErrorKind::Usage,
            fmt::format("\"{}\" is no repository: it must be OWNER/NAME, as google/siglip2-base-patch16-256.", name));
}

Repository readRepository(const std::string& name, std::string_view answer,
    const std::function<std::string(const std::string& revision, const std::string& file)>& textOf)
{
    try {
        const json value = parseJson(answer, { .bytes = 16 << 20 });
        Repository repository { name, textAt(value, "sha"), licenceOf(value), {} };
        if (!isHex(repository.revision, 40))
            throw JsonProblem("it names no version");
        Files files;
        for (const json& sibling : value.at("siblings"))
            if (sibling.at("rfilename").get_ref<const std::string&>().find('/') == std::string::npos)
                files.push_back(fileOf(sibling));
        repository.files = needed(name, files, [&] { return textOf(repository.revision, "config.json"); });
        return repository;
    } catch (const json::exception& problem) {
        throw Error(ErrorKind::UnreadableInput,
            fmt::format("What was answered about {} is not what a model hub says: {}.", name, plainReason(problem)));
    }
}

} // namespace wordsight::fetch
