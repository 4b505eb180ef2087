#include "core/nn/shared/normalise.h"

#include <cmath>

namespace wordsight::nn {

torch::Tensor unit(const torch::Tensor& x)
{
    return torch::nn::functional::normalize(
        x.to(torch::kFloat), torch::nn::functional::NormalizeFuncOptions().dim(-1).eps(1e-12));
}

torch::Tensor normaliseGroups(
    const torch::Tensor& x, const std::vector<std::int64_t>& groups, FeatureNorm rule, double scale)
{
    if (rule == FeatureNorm::None)
        return x;
    std::vector<torch::Tensor> parts;
    for (const auto& part : x.split_with_sizes(groups, -1)) {
        auto values = part.to(torch::kFloat);
        if (rule == FeatureNorm::SqrtL2)
            values = values.sign() * values.abs().sqrt();
        parts.push_back(unit(values) * (scale > 0 ? scale : std::sqrt(double(part.size(-1)))));
    }
    return parts.size() == 1 ? parts.front() : torch::cat(parts, -1);
}

} // namespace wordsight::nn
