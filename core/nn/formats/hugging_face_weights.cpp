#include "core/nn/formats/hugging_face_weights.h"

#include <map>
#include <set>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/nn/formats/pickle_reader.h"
#include "core/nn/formats/safetensors.h"

namespace wordsight::nn {
namespace {

namespace fs = std::filesystem;

/// The files that an index names.
std::set<std::string> partsOf(const fs::path& index)
{
    std::set<std::string> parts;
    try {
        const auto value = readJsonFile(index);
        for (const auto& [tensor, part] : value.at("weight_map").get<std::map<std::string, std::string>>())
            parts.insert(part);
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{} does not say where the tensors are: {}.", index.string(), plainReason(error)));
    }
    return parts;
}

} // namespace

HuggingFaceWeights huggingFaceWeights(const fs::path& folder)
{
    if (const fs::path file = folder / "model.safetensors"; fs::exists(file))
        return { file, readSafetensors(file) };
    const fs::path index = folder / "model.safetensors.index.json";
    if (!fs::exists(index)) {
        if (const fs::path pickled = folder / "pytorch_model.bin"; fs::exists(pickled))
            return { pickled, readTorchTensors(pickled) };
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{} has no weights: neither model.safetensors nor model.safetensors.index.json nor "
                        "pytorch_model.bin is there.",
                folder.string()));
    }
    HuggingFaceWeights weights { index, {} };
    for (const std::string& part : partsOf(index)) {
        if (fs::path(part).filename() != part || !fs::is_regular_file(folder / part))
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("{}: the part \"{}\" that it names is not in the folder.", index.string(), part));
        weights.tensors.merge(readSafetensors(folder / part));
    }
    return weights;
}

} // namespace wordsight::nn
