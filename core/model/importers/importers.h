#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/model/import_model.h"
#include "core/model/model_config.h"
#include "core/nn/formats/tensor_map.h"

namespace wordsight::model {

/// A file that comes along into the model's folder.
struct BroughtFile {
    std::string name; ///< in the model's folder
    std::filesystem::path source;
};

/// A model read from elsewhere, not yet written. Name and hashes are filled in by importModel().
struct Import {
    ModelConfig config;
    nn::TensorMap tensors; ///< become model.safetensors as they are
    std::vector<BroughtFile> files;
};

/// One way to read foreign models; the table of architectures (core/model/architecture.cpp) names it.
struct Importer {
    /// Why the source is none of its kind, at a glance: by the first bytes or by one JSON file. Empty: it is.
    std::string (*whyNot)(const std::filesystem::path& source);
    Import (*read)(const ImportRequest&); ///< throws Error{UnreadableInput, ModelMismatch}
};

std::string whyNotTeran(const std::filesystem::path& source);
Import readTeran(const ImportRequest& request);

/// CLIP's and SigLIP's folders in the Hugging Face layout or in OpenCLIP's container.
std::string whyNotClip(const std::filesystem::path& source);
Import readClip(const ImportRequest& request);

} // namespace wordsight::model
