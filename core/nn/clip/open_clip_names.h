#pragma once

#include "core/nn/formats/tensor_map.h"

namespace wordsight::nn {

/// The tensors of an OpenCLIP model by the names that Clip's parameters have: query, key and value, which are stored as
/// one, apart, and projections, which are stored as [width, D], turned. What has no place in Clip is left out.
/// `source` begins the message of the Error{ModelMismatch} thrown where a fused tensor cannot be split.
TensorMap fromOpenClipNames(const TensorMap& tensors, const std::string& source);

} // namespace wordsight::nn
