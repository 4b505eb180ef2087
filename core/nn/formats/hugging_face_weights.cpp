#include "core/nn/formats/hugging_face_weights.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
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

/// Names that wrap a network in a checkpoint, the outermost first.
constexpr auto kWrappers
    = std::to_array<std::string_view>({ "state_dict.", "module.", "model.", "clip.", "_orig_mod." });

/// Takes a wrapper away that all tensors but perhaps a few loose ones stand below.
TensorMap unwrapped(TensorMap tensors)
{
    for (const std::string_view wrapper : kWrappers) {
        TensorMap below = tensorsBelow(tensors, std::string(wrapper));
        if (below.size() * 2 > tensors.size())
            tensors = std::move(below);
    }
    return tensors;
}

TensorMap readOne(const fs::path& file)
{
    return file.extension() == ".safetensors" ? readSafetensors(file) : readTorchTensors(file);
}

TensorMap readParts(const fs::path& index)
{
    TensorMap tensors;
    for (const std::string& part : partsOf(index)) {
        const fs::path file = index.parent_path() / part;
        if (fs::path(part).filename() != part || !fs::is_regular_file(file))
            throw Error(ErrorKind::ModelMismatch,
                fmt::format("{}: the part \"{}\" that it names is not in the folder.", index.string(), part));
        tensors.merge(readOne(file));
    }
    return tensors;
}

} // namespace

HuggingFaceWeights folderWeights(const fs::path& folder, std::span<const std::string_view> names)
{
    std::vector<std::string> tried;
    for (const char* extension : { ".safetensors", ".bin" })
        for (const std::string_view name : names) {
            const fs::path file = folder / fmt::format("{}{}", name, extension);
            if (fs::exists(file))
                return { file, unwrapped(readOne(file)) };
            const fs::path index = file.string() + ".index.json";
            if (fs::exists(index))
                return { index, unwrapped(readParts(index)) };
            tried.push_back(file.filename().string());
            tried.push_back(index.filename().string());
        }
    throw Error(ErrorKind::ModelMismatch,
        fmt::format("{} has no weights: none of {} is there.", folder.string(), fmt::join(tried, ", ")));
}

HuggingFaceWeights huggingFaceWeights(const fs::path& folder)
{
    static constexpr std::array<std::string_view, 2> names { "model", "pytorch_model" };
    return folderWeights(folder, names);
}

} // namespace wordsight::nn
