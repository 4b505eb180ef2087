#pragma once

#include <string>

#include <torch/torch.h>

#include "core/base/device_choice.h"

namespace wordsight::nn {

/// The device that a choice leads to on this machine. CUDA is loaded on the first call that could use it, and only
/// where a driver is installed; programs on other machines never map its libraries. "auto" falls back to the CPU
/// silently. Throws Error{ModelMismatch} saying why if CUDA was asked for by name and is not to be had.
torch::Device computeDevice(DeviceChoice choice);

/// "CPU", "CUDA: NVIDIA H200".
std::string describe(torch::Device device);

} // namespace wordsight::nn
