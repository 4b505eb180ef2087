#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/matrix.h"

namespace wordsight::eval {

/// Percentages, and ranks from 1.
struct Recalls {
    double r1 = 0, r5 = 0, r10 = 0;
    double medr = 0;  ///< floor(median) + 1 of ranks from 0
    double meanr = 0; ///< mean + 1
};

struct RetrievalResult {
    Recalls i2t; ///< rank of an image = best rank over its captions
    Recalls t2i;
    double rsum() const { return i2t.r1 + i2t.r5 + i2t.r10 + t2i.r1 + t2i.r5 + t2i.r10; }
};

/// scores [images × captions]; owner[c] is the image of caption c. Among equal scores a rank counts
/// optimistically (`ties` = Best) or pessimistically (Worst).
enum class Ties { Best, Worst };
RetrievalResult retrieval(const Matrix& scores, std::span<const std::size_t> owner, Ties ties = Ties::Worst);

} // namespace wordsight::eval
