#pragma once

#include <span>
#include <vector>

#include "core/data/matrix.h"

namespace wordsight::eval {

/// ‖mean of a − mean of b‖: how far apart two clouds of vectors stand as wholes. 0 where one is empty.
double centroidDistance(const Matrix& a, const Matrix& b);

/// The plane on which two clouds together vary most: principal components of both (Pearson 1901), each cloud weighing
/// the same however many vectors it has.
struct PrincipalPlane {
    std::vector<float> centre; ///< [D] halfway between the means
    Matrix axes;               ///< [2 × D] orthonormal, the one of larger variance first
    double share = 0;          ///< of the variance that the plane shows, 0 to 1

    /// vectors [N × D] → [N × 2]
    Matrix project(const Matrix& vectors) const;
};

/// a [N × D], b [M × D], D ≥ 2, neither empty. The same input gives the same plane; the sign of an axis is the one by
/// which b's mean does not lie below a's.
PrincipalPlane principalPlane(const Matrix& a, const Matrix& b);

} // namespace wordsight::eval
