#pragma once

#include <filesystem>

#include "core/model/internal/teran.h"

namespace wordsight::train {

/// The network's parameters in fp32 and γ, as safetensors, atomically. Throws Error{Io}.
void writeCheckpoint(const std::filesystem::path& file, const model::Teran& network, double globalWeight);

} // namespace wordsight::train
