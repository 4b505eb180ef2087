#pragma once

#include <map>
#include <string>

#include <torch/torch.h>

namespace wordsight::nn {

/// Named tensors of a checkpoint, on the CPU.
using TensorMap = std::map<std::string, torch::Tensor>;

/// The tensor `name` in the shape asked for, as fp32. Throws Error{ModelMismatch} naming `source` and the tensor.
torch::Tensor tensorNamed(
    const TensorMap& tensors, const std::string& name, torch::IntArrayRef shape, const std::string& source);

/// Gives every parameter and buffer of `module` the tensor of its name, as fp32 on `device`; fp32 tensors on the
/// CPU are shared, not copied. Tensors that the module has no use for are left alone.
/// Throws Error{ModelMismatch} naming `source` and the tensor that is missing or of another shape.
void assignParameters(
    torch::nn::Module& module, const TensorMap& tensors, torch::Device device, const std::string& source);

/// Gives the parameters that `tensors` names, and no others, new values, in the same way.
/// Throws Error{ModelMismatch} naming `source` and the tensor that the module does not have or has in another shape.
void replaceParameters(
    torch::nn::Module& module, const TensorMap& tensors, torch::Device device, const std::string& source);

/// The tensors whose names begin with `prefix`, without it.
TensorMap tensorsBelow(const TensorMap& tensors, const std::string& prefix);

} // namespace wordsight::nn
