#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/data/matrix_view.h"
#include "core/eval/retrieval.h"

namespace wordsight::eval {

/// On what part of a collection the figures of a paper are taken.
enum class Protocol {
    Whole,    ///< all photographs that there are
    Flickr1K, ///< Flickr8k and Flickr30k: 1,000 photographs
    Coco1K,   ///< MS-COCO: the mean over five contiguous folds of 1,000 of its 5,000 photographs
    Coco5K,   ///< MS-COCO: all 5,000 photographs
};

std::string_view name(Protocol protocol); ///< "whole", "flickr1k", "coco1k", "coco5k"
std::optional<Protocol> protocolNamed(std::string_view name);

/// A part of a collection that is ranked by itself. Images and captions from 0 within it.
struct Fold {
    std::size_t firstImage = 0;
    std::size_t images = 0;
    std::size_t firstCaption = 0;
    std::vector<std::size_t> owner; ///< [captions of the fold]

    MatrixView of(MatrixView scores) const; ///< its part of [images × captions]
};

/// owner[c]: the image of caption c, in rising order. Throws Error{Usage} where the collection has not the number of
/// photographs that the protocol asks for.
std::vector<Fold> folds(Protocol protocol, std::size_t images, std::span<const std::size_t> owner);

/// Each figure's mean, ranks among them. rsum of the mean is then the sum of the six mean recalls.
RetrievalResult mean(std::span<const RetrievalResult> results);

} // namespace wordsight::eval
