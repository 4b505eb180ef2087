#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

struct HuggingFaceWeights {
    std::filesystem::path file; ///< the one that says where the tensors are
    TensorMap tensors;
};

/// The weights of a folder: the first there is of `names` with .safetensors, .safetensors.index.json (in parts), .bin,
/// .bin.index.json, of which only tensors are read. Where every tensor of a network stands below one more name (a
/// training program's "model." or "module."), that name is taken away.
/// Throws Error{ModelMismatch, UnreadableInput} naming the file.
HuggingFaceWeights folderWeights(const std::filesystem::path& folder, std::span<const std::string_view> names);

/// As transformers names them: model.safetensors, pytorch_model.bin.
HuggingFaceWeights huggingFaceWeights(const std::filesystem::path& folder);

} // namespace wordsight::nn
