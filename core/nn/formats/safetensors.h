#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

/// The tensors of a safetensors file (F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL). The file is mapped, not
/// read: tensors stay valid when the file is replaced, and their pages are shared between programs; writing to
/// them changes this program's copy alone. Every offset is checked.
/// Throws Error{UnreadableInput} naming the file and what is wrong with it.
TensorMap readSafetensors(const std::filesystem::path& file);

/// Writes the tensors as they are, in the order of their names. `metadata` is free text by key.
/// Throws Error{Io}.
void writeSafetensors(const std::filesystem::path& file, const TensorMap& tensors,
    const std::map<std::string, std::string>& metadata = {});

/// Floating-point tensors as fp16: how trained parts are shipped.
TensorMap toHalf(const TensorMap& tensors);

} // namespace wordsight::nn
