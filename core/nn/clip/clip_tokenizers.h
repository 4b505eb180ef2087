#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/nn/clip/clip_options.h"
#include "core/text/subword_tokenizer.h"

namespace wordsight::nn {

/// The tokenizer files of a CLIP or SigLIP folder by name: vocab.json and merges.txt, else tokenizer.json;
/// SigLIP: spiece.model, else tokenizer.json. Throws Error{ModelMismatch} naming what is missing.
std::vector<std::string> clipTokenizerFiles(const std::filesystem::path& folder, ClipFamily family);

/// Opens them. Throws Error{ModelMismatch} naming the file at fault, also where its ids go beyond the network's table.
std::unique_ptr<text::SubwordTokenizer> openClipTokenizer(
    const std::filesystem::path& folder, const ClipOptions& options);

} // namespace wordsight::nn
