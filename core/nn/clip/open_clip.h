#pragma once

#include <filesystem>

#include "core/nn/clip/clip_options.h"
#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

/// A model in OpenCLIP's container (open_clip_config.json beside open_clip_model.safetensors or
/// open_clip_pytorch_model.bin), which releases of LAION, DataComp, DFN, MetaCLIP and SigLIP come in. Its towers are
/// the same networks under other names: plain vision transformers with a class token (CLIP), and timm's with a pooling
/// head of attention (SigLIP).
struct OpenClip {
    std::filesystem::path weights; ///< the file that the tensors came from
    ClipOptions options;
    TensorMap tensors; ///< by the names of Clip's parameters
};

/// Whether the folder is such a container and nothing else can be made of it.
bool isOpenClip(const std::filesystem::path& folder);

/// Throws Error{ModelMismatch, UnreadableInput} naming the file and what in it this program cannot compute.
OpenClip readOpenClip(const std::filesystem::path& folder);

} // namespace wordsight::nn
