#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/align/pooling.h"
#include "core/base/device_choice.h"
#include "core/data/box.h"
#include "core/data/matrix.h"
#include "core/data/region_features.h"
#include "core/data/text_span.h"
#include "core/image/image.h"
#include "core/image/resample.h"
#include "core/model/weights_folder.h"

namespace wordsight::model {

/// One photograph. Vectors are L2-normalised, but for dimensions of evidence (nn::Evidence), which come after.
struct ImageEncoding {
    Matrix regions;            ///< [R × D]
    std::vector<float> global; ///< [D], empty where the model has none
    std::vector<Box> boxes;    ///< [R] of this photograph's regions, where every photograph has its own; else empty
};

/// One sentence. Vectors are L2-normalised, but for dimensions of evidence, which come after.
struct TextEncoding {
    Matrix words;                     ///< [W × D]; punctuation is left out
    std::vector<std::string> texts;   ///< [W] as written
    std::vector<TextSpan> spans;      ///< [W]
    std::vector<std::string> unknown; ///< of them those that the model cannot read: to it they are all alike
    std::vector<float> weights;       ///< [W] what the model says each word is worth (1 where it does not say)
    std::vector<float> baselines;    ///< [W] the cosine each word reaches in an average photograph; empty: 0. Only what
                                     ///< its maximum has above that counts
    std::vector<float> global;       ///< [D], empty where the model has none; zeros where such a model finds no word
    bool truncated = false;          ///< the sentence is longer than the model reads: its end was cut off
    bool otherLanguage = false;      ///< it seems to be in a language that the model was not taught
    std::vector<bool> functionWords; ///< [W] words that only hold others together ("a", "on"): no region is one
};

/// Photographs as a model takes them, also from who stretches them for it.
struct PhotoInput {
    int side = 0; ///< they are stretched to side × side pixels
    image::Resampling resampling = image::Resampling::Area;
};

/// Which regions the photographs of a model have.
enum class RegionKind {
    SameForAll,    ///< ModelInfo::boxes
    PerPhotograph, ///< as many as another program has found in each, where it found them
    None,          ///< one vector for the whole: there are no words, regions or heatmaps either
};

struct ModelInfo {
    std::string name;
    std::string architecture; ///< "teran", ...
    std::string fingerprint;  ///< hash of all that the vectors depend on, 16 hex digits: names vector files
    std::string description;
    int dimension = 0; ///< D
    RegionKind regions = RegionKind::SameForAll;
    std::vector<Box> boxes;                        ///< [R] of regions that are the same for all; else empty
    float globalWeight = 0;                        ///< of the sentence-photograph term in the score; 0: none
    align::Pooling pooling = align::Pooling::MrSw; ///< the one it was trained with
    std::optional<PhotoInput> photographs;         ///< absent: it takes features only
    std::optional<std::size_t> featureDimension;   ///< F of encodeFeatures(); absent: it takes photographs only

    bool hasWords() const { return regions != RegionKind::None; }
};

class PairScorer;

/// An encoder pair whose scores are sums over words (TERAN and its like). Not thread-safe: one thread at a
/// time per model; open a second one for a second thread (they share no state; weights are memory-mapped).
class ImageTextModel {
public:
    virtual ~ImageTextModel() = default;
    virtual const ModelInfo& info() const = 0;
    virtual std::string device() const = 0; ///< "CPU", "CUDA: NVIDIA H200"
    /// Photographs of any size (stretched as info().photographs says). Order is kept. Throws Error{Usage} where the
    /// model takes none.
    virtual std::vector<ImageEncoding> encodeImages(std::span<const image::Image> images);
    /// Regions found elsewhere, [R × info().featureDimension] each. Throws Error{Usage} where the model takes none.
    virtual std::vector<ImageEncoding> encodeFeatures(std::span<const RegionFeatures> photographs);
    virtual std::vector<TextEncoding> encodeTexts(std::span<const std::string> sentences) = 0;
    /// Brings an encoding into the form that the authors' own evaluation of a published model scores, where that is
    /// another: TERAN's pads with zero vectors, which a region or a word may then prefer. Evaluations do this before
    /// they pool; libraries never do.
    virtual void padAsPublished(ImageEncoding&) const { }
    virtual void padAsPublished(TextEncoding&, align::Pooling) const { }
    /// Not null where a score needs both sides at once (cross attention): the vectors alone then serve a first stage
    /// only.
    virtual PairScorer* pairScorer() { return nullptr; }
};

/// Opens models/<name>/ (config.json, model.safetensors) with its backbones, every file verified against
/// its SHA-256 first. Throws Error{ModelMismatch} naming the file at fault.
std::unique_ptr<ImageTextModel> openModel(
    const std::filesystem::path& folder, const WeightsFolder& weights, DeviceChoice device);

/// Sets the number of threads of a tensor operation, once, at start.
void setComputeThreads(int threads);

} // namespace wordsight::model
