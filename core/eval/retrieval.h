#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/data/matrix_view.h"

namespace wordsight::eval {

/// Percentages, and ranks from 1.
struct Recalls {
    double r1 = 0, r5 = 0, r10 = 0;
    double medr = 0;  ///< floor(median) + 1 of ranks from 0
    double meanr = 0; ///< mean + 1
};

/// `ranks` from 0, in any order.
Recalls recalls(std::vector<std::size_t> ranks);

/// From 0: how many wrong answers stand before the right one.
struct Ranks {
    std::vector<std::size_t> images;   ///< [images] of the best of an image's captions among all captions
    std::vector<std::size_t> captions; ///< [captions] of a caption's image among all images
};

struct RetrievalResult {
    Recalls i2t;
    Recalls t2i;
    double rsum() const { return i2t.r1 + i2t.r5 + i2t.r10 + t2i.r1 + t2i.r5 + t2i.r10; }
};

/// Among equal scores a rank counts optimistically (Best) or pessimistically (Worst). A score that is not a
/// number ranks last under Worst.
enum class Ties { Best, Worst };

/// scores [images × captions], read row by row; owner[c] is the image of caption c. An image without captions ranks
/// behind everything.
Ranks ranks(MatrixView scores, std::span<const std::size_t> owner, Ties ties = Ties::Worst);
RetrievalResult retrieval(MatrixView scores, std::span<const std::size_t> owner, Ties ties = Ties::Worst);

/// R@1, R@2, ... R@length in percent. `ranks` from 0.
std::vector<double> recallCurve(std::span<const std::size_t> ranks, std::size_t length);

} // namespace wordsight::eval
