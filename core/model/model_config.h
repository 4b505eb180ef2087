#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/align/pooling.h"
#include "core/model/architecture.h"
#include "core/model/weights_folder.h"
#include "core/nn/backbones/feature_options.h"

namespace wordsight::model {

/// A file whose content is pinned.
struct PinnedFile {
    std::filesystem::path path;
    std::string sha256; ///< 64 hex digits
};

/// config.json of a model folder. Backbone paths are relative to the weights folder; a backbone without a path is not
/// used.
struct ModelConfig {
    std::string name;
    std::string description;
    std::string licence;
    Architecture architecture = Architecture::Teran;
    nn::FeatureOptions features;
    std::string network = "{}"; ///< the network's own options, as JSON
    align::Pooling pooling = align::Pooling::MrAVGw;
    float globalWeight = 0;
    PinnedFile imageBackbone;           ///< a PyTorch checkpoint of EfficientNet-Lite2
    PinnedFile textBackbone;            ///< safetensors of MiniLM
    PinnedFile vocabulary;              ///< vocab.txt beside it
    std::string weightsSha256;          ///< of model.safetensors
    std::vector<PinnedFile> otherFiles; ///< tokenizer files and the like, relative to the model's folder

    std::string toJson() const;
    /// Throws Error{ModelMismatch} naming `file` and the field at fault.
    static ModelConfig fromJson(const std::string& json, const std::filesystem::path& file);
};

/// A hash of what the vectors of a model depend on, and of nothing else: renaming a model does not part it from its
/// libraries. 16 hex digits.
std::string fingerprintOf(const ModelConfig& config);

/// Whether the model encodes photographs itself; else it takes features that were made elsewhere.
bool takesPhotographs(const ModelConfig& config);

/// Reads <folder>/config.json. Throws Error{ModelMismatch}.
ModelConfig readModelConfig(const std::filesystem::path& folder);

/// The backbones that Wordsight is built for, with the hashes of models/manifest.json: what a new model starts from.
ModelConfig configOfPinnedBackbones();

/// Every file that the model in `folder` is made of, with the backbones' in `weights`.
std::vector<PinnedFile> filesOf(
    const ModelConfig& config, const std::filesystem::path& folder, const WeightsFolder& weights);

/// Throws Error{ModelMismatch} if the file is missing or is not the one pinned.
void verify(const PinnedFile& file);

} // namespace wordsight::model
