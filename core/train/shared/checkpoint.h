#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include <torch/torch.h>

namespace wordsight::train {

/// The network's parameters in fp32, those of the backbones that gradients flow to, and γ: safetensors, atomically.
/// Throws Error{Io}.
void writeCheckpoint(const std::filesystem::path& file, const torch::nn::Module& network,
    const std::map<std::string, std::shared_ptr<torch::nn::Module>>& backbones, double globalWeight);

} // namespace wordsight::train
