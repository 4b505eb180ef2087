#include "core/train/shared/checkpoint.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/nn/formats/safetensors.h"
#include "core/train/shared/systems.h"
#include "core/train/trainer.h"

namespace wordsight::train {

namespace fs = std::filesystem;

namespace {

constexpr const char* kGlobalWeight = "global_weight";

void writeTensors(const fs::path& file, const nn::TensorMap& tensors)
{
    const fs::path partial = file.string() + ".part";
    nn::writeSafetensors(partial, tensors);
    std::error_code failed;
    fs::rename(partial, file, failed);
    if (failed)
        throw Error(ErrorKind::Io, fmt::format("{} cannot be written: {}", file.string(), failed.message()));
}

} // namespace

void writeCheckpoint(const fs::path& file, const torch::nn::Module& network,
    const std::map<std::string, std::shared_ptr<torch::nn::Module>>& backbones, double globalWeight)
{
    nn::TensorMap tensors { { kGlobalWeight, torch::full({ 1 }, globalWeight) } };
    const auto add = [&](const std::string& prefix, const torch::nn::Module& module) {
        for (const auto& item : module.named_parameters())
            if (item.value().requires_grad())
                tensors[prefix + item.key()] = item.value().detach().to(torch::kCPU).clone();
    };
    add("", network);
    for (const auto& [name, module] : backbones)
        add(name + ".", *module);
    writeTensors(file, tensors);
}

void exportModelFolder(const fs::path& run, const fs::path& folder, const fs::path& checkpoint)
{
    const auto file = run / "training.json";
    const auto configuration = readTextFile(file);
    auto exported = systemOf(configuration, file.string()).modelConfig(configuration, file.string());
    auto tensors = nn::readSafetensors(checkpoint.empty() ? run / "best.safetensors" : checkpoint);
    if (const auto weight = tensors.extract(kGlobalWeight))
        exported.globalWeight = weight.mapped().item<float>();
    std::error_code failed;
    fs::create_directories(folder, failed);
    writeTensors(folder / "model.safetensors", nn::toHalf(tensors));
    exported.weightsSha256 = sha256OfFile(folder / "model.safetensors");
    writeFileAtomically(folder / "config.json", exported.toJson());
    if (!fs::equivalent(run, folder))
        fs::copy_file(run / "log.jsonl", folder / "log.jsonl", fs::copy_options::overwrite_existing);
}

} // namespace wordsight::train
