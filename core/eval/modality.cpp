#include "core/eval/modality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace wordsight::eval {

namespace {

using Vector = std::vector<double>;

constexpr int kMostRounds = 300;
constexpr double kSettled = 1e-6; ///< an axis that turns by less than this is found

Vector meanOf(const Matrix& matrix)
{
    Vector mean(matrix.cols);
    for (std::size_t r = 0; r < matrix.rows; ++r)
        for (std::size_t c = 0; c < matrix.cols; ++c)
            mean[c] += double(matrix(r, c)) / double(matrix.rows);
    return mean;
}

double dot(const Vector& a, const Vector& b)
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Makes `axis` a unit vector orthogonal to `other`, if there is one.
void orthonormalise(Vector& axis, const Vector* other)
{
    if (other != nullptr) {
        const double along = dot(axis, *other);
        for (std::size_t d = 0; d < axis.size(); ++d)
            axis[d] -= along * (*other)[d];
    }
    const double length = std::sqrt(dot(axis, axis));
    if (length > 0)
        for (double& value : axis)
            value /= length;
}

/// Adds the cloud's share of covariance · axis to `out`, a row at a time, so that no D × D matrix is made.
void addCovariance(
    const Matrix& cloud, const Vector& centre, const std::array<Vector, 2>& axes, std::array<Vector, 2>& out)
{
    Vector row(cloud.cols);
    for (std::size_t r = 0; r < cloud.rows; ++r) {
        for (std::size_t d = 0; d < row.size(); ++d)
            row[d] = cloud(r, d) - centre[d];
        for (std::size_t k = 0; k < 2; ++k) {
            const double along = dot(row, axes[k]) / double(cloud.rows);
            for (std::size_t d = 0; d < row.size(); ++d)
                out[k][d] += along * row[d];
        }
    }
}

double variance(const Matrix& cloud, const Vector& centre)
{
    double sum = 0;
    for (std::size_t r = 0; r < cloud.rows; ++r)
        for (std::size_t d = 0; d < cloud.cols; ++d)
            sum += (cloud(r, d) - centre[d]) * (cloud(r, d) - centre[d]);
    return sum / double(cloud.rows);
}

} // namespace

double centroidDistance(const Matrix& a, const Matrix& b)
{
    if (a.rows == 0 || b.rows == 0)
        return 0;
    Vector difference = meanOf(a);
    const Vector other = meanOf(b);
    for (std::size_t d = 0; d < difference.size(); ++d)
        difference[d] -= other[d];
    return std::sqrt(dot(difference, difference));
}

Matrix PrincipalPlane::project(const Matrix& vectors) const
{
    Matrix points(vectors.rows, 2);
    for (std::size_t r = 0; r < vectors.rows; ++r)
        for (std::size_t k = 0; k < 2; ++k)
            for (std::size_t d = 0; d < vectors.cols; ++d)
                points(r, k) += (vectors(r, d) - centre[d]) * axes(k, d);
    return points;
}

PrincipalPlane principalPlane(const Matrix& a, const Matrix& b)
{
    const Vector meanA = meanOf(a), meanB = meanOf(b);
    Vector centre(a.cols);
    for (std::size_t d = 0; d < centre.size(); ++d)
        centre[d] = (meanA[d] + meanB[d]) / 2;
    // Orthogonal iteration (Golub and Van Loan, section 8.2), begun where no axis is left out.
    std::array<Vector, 2> axes { Vector(a.cols), Vector(a.cols) };
    for (std::size_t d = 0; d < a.cols; ++d) {
        axes[0][d] = 1 + std::sin(double(d));
        axes[1][d] = std::cos(1.7 * double(d));
    }
    orthonormalise(axes[0], nullptr);
    orthonormalise(axes[1], &axes[0]);
    double shown = 0;
    for (int round = 0; round < kMostRounds; ++round) {
        std::array<Vector, 2> next { Vector(a.cols), Vector(a.cols) };
        addCovariance(a, centre, axes, next);
        addCovariance(b, centre, axes, next);
        shown = dot(next[0], axes[0]) + dot(next[1], axes[1]);
        orthonormalise(next[0], nullptr);
        orthonormalise(next[1], &next[0]);
        const double turned = std::max(1 - std::abs(dot(next[0], axes[0])), 1 - std::abs(dot(next[1], axes[1])));
        axes = std::move(next);
        if (turned < kSettled)
            break;
    }
    PrincipalPlane plane { { centre.begin(), centre.end() }, Matrix(2, a.cols), 0 };
    for (std::size_t k = 0; k < 2; ++k) {
        const double sign = dot(meanB, axes[k]) < dot(meanA, axes[k]) ? -1 : 1;
        for (std::size_t d = 0; d < a.cols; ++d)
            plane.axes(k, d) = float(sign * axes[k][d]);
    }
    const double all = variance(a, centre) + variance(b, centre);
    plane.share = all > 0 ? shown / all : 0;
    return plane;
}

} // namespace wordsight::eval
