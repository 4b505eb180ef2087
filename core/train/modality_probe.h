#pragma once

#include <cstdint>
#include <span>

#include "core/data/matrix.h"

namespace wordsight::train {

/// How well a fresh classifier (an MLP of one hidden layer) tells vectors of photographs from vectors of sentences: its
/// accuracy in per cent on the vectors of every fifth photograph and of its sentences, which it has not seen; the mean
/// of both kinds' accuracies, so 50 is indistinguishable whatever their numbers. images [N × D], sentences [M × D],
/// owner[m] the photograph of a sentence; at least two photographs with sentences, the first among them. The same input
/// and seed give the same answer; Torch's own random numbers go on as if it had not been asked. Throws Error{Usage} for
/// fewer.
double modalityAccuracy(
    const Matrix& images, const Matrix& sentences, std::span<const std::size_t> owner, std::uint64_t seed = 1);

} // namespace wordsight::train
