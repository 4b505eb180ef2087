#pragma once

#include <filesystem>

#include "core/nn/clip/clip_options.h"
#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

/// model_type of <folder>/config.json. Throws Error{ModelMismatch} where there is none.
std::string huggingFaceType(const std::filesystem::path& folder);

/// The network and preprocessing that config.json, preprocessor_config.json and tokenizer_config.json describe: CLIP or
/// SigLIP. What the files leave out has the value that transformers gives it. Throws Error{ModelMismatch} naming the
/// file and what is missing in it or is not what this program can compute.
ClipOptions clipOptionsOf(const std::filesystem::path& folder);

/// The weights: model.safetensors, else its parts by model.safetensors.index.json, else pytorch_model.bin, of which
/// only tensors are read. Throws Error{ModelMismatch, UnreadableInput} naming the file.
struct HuggingFaceWeights {
    std::filesystem::path file; ///< the one that says where the tensors are
    TensorMap tensors;
};
HuggingFaceWeights huggingFaceWeights(const std::filesystem::path& folder);

} // namespace wordsight::nn
