#pragma once

#include <filesystem>

#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

/// The weights of a folder in the Hugging Face layout: model.safetensors, else its parts by
/// model.safetensors.index.json, else pytorch_model.bin, of which only tensors are read.
/// Throws Error{ModelMismatch, UnreadableInput} naming the file.
struct HuggingFaceWeights {
    std::filesystem::path file; ///< the one that says where the tensors are
    TensorMap tensors;
};
HuggingFaceWeights huggingFaceWeights(const std::filesystem::path& folder);

} // namespace wordsight::nn
