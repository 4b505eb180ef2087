#pragma once

#include <nlohmann/json.hpp>

#include "core/eval/retrieval.h"
#include "core/nn/mite/mite.h"
#include "core/train/mite/modality.h"
#include "core/train/shared/training_data.h"

namespace wordsight::train {

/// The validation split in the joint space.
struct EmbeddedSplit {
    torch::Tensor images;           ///< [N, D]
    torch::Tensor sentences;        ///< [M, D]
    std::vector<std::size_t> owner; ///< [M] row of images
};

/// Puts the network into eval mode, and back.
EmbeddedSplit embedValidation(nn::Mite& network, TrainingData& data);

/// What is measured after an epoch.
struct ModalityFigures {
    eval::RetrievalResult retrieval;
    double classifierAccuracy = 0; ///< of the run's own classifier, per cent; 50: it tells nothing
    double centroidDistance = 0;

    nlohmann::json toJson() const;
};

ModalityFigures measure(const EmbeddedSplit& split, ModalityClassifier& classifier);

/// Of a fresh classifier trained on four fifths of the split (core/train/modality_probe.h).
double freshAccuracy(const EmbeddedSplit& split, std::uint64_t seed);

} // namespace wordsight::train
