#pragma once

#include <filesystem>

#include "core/nn/clip/clip_options.h"

namespace wordsight::nn {

/// By the model_type of <folder>/config.json. Throws Error{ModelMismatch} where it is another or there is none.
ClipFamily clipFamilyOf(const std::filesystem::path& folder);

/// The network and preprocessing that config.json, preprocessor_config.json and tokenizer_config.json of a folder in
/// the Hugging Face layout describe: CLIP or SigLIP. What the files leave out has the value that transformers gives it.
/// Throws Error{ModelMismatch} naming the file and what is missing in it or is not what this program can compute.
ClipOptions clipOptionsOf(const std::filesystem::path& folder);

} // namespace wordsight::nn
