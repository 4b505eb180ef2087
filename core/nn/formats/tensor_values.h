#pragma once

#include <algorithm>
#include <vector>

#include <torch/torch.h>

#include "core/data/box.h"
#include "core/data/matrix.h"

namespace wordsight::nn {

/// A 2-D tensor of any device and type as a plain matrix.
inline Matrix matrixOf(const torch::Tensor& tensor)
{
    const auto plain = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
    Matrix matrix(static_cast<std::size_t>(plain.size(0)), static_cast<std::size_t>(plain.size(1)));
    std::copy_n(plain.data_ptr<float>(), plain.numel(), matrix.data.begin());
    return matrix;
}

/// A tensor's numbers in order.
inline std::vector<float> vectorOf(const torch::Tensor& tensor)
{
    const auto plain = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
    return { plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel() };
}

/// [rows × columns], a copy.
inline torch::Tensor tensorOf(const Matrix& matrix)
{
    const std::vector<std::int64_t> shape { static_cast<std::int64_t>(matrix.rows),
        static_cast<std::int64_t>(matrix.cols) };
    auto tensor = torch::empty(shape);
    std::ranges::copy(matrix.data, tensor.data_ptr<float>());
    return tensor;
}

/// [R, 4] as x, y, w, h.
inline torch::Tensor tensorOf(const std::vector<Box>& boxes)
{
    auto corners = torch::empty({ static_cast<std::int64_t>(boxes.size()), 4 });
    for (std::size_t i = 0; i < boxes.size(); ++i)
        corners[static_cast<std::int64_t>(i)] = torch::tensor({ boxes[i].x, boxes[i].y, boxes[i].w, boxes[i].h });
    return corners;
}

} // namespace wordsight::nn
