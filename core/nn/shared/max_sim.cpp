#include "core/nn/shared/max_sim.h"

#include <mutex>
#include <vector>

#include <ATen/Parallel.h>

namespace wordsight::nn {

namespace {

constexpr std::int64_t kImagesPerProduct = 8; // so that their products stay in the caches

struct Maxima {
    torch::Tensor values;  ///< [B, T] fp32
    torch::Tensor regions; ///< [B, T] int64
};

Maxima maximaOf(const torch::Tensor& regions, const torch::Tensor& words)
{
    const auto count = regions.size(1);
    std::vector<torch::Tensor> values, indices;
    for (const auto& some : regions.split(kImagesPerProduct)) {
        const auto products
            = torch::matmul(some.reshape({ -1, some.size(2) }), words.t()).view({ some.size(0), count, words.size(0) });
        auto [value, index] = products.max(1);
        values.push_back(value.to(torch::kFloat));
        indices.push_back(index);
    }
    return { torch::cat(values), torch::cat(indices) };
}

void addScaled(float* to, const float* from, float scale, std::int64_t size)
{
    for (std::int64_t d = 0; d < size; ++d)
        to[d] += scale * from[d];
}

class MaxAlignment : public torch::autograd::Function<MaxAlignment> {
public:
    static torch::Tensor forward(
        torch::autograd::AutogradContext* context, const torch::Tensor& regions, const torch::Tensor& words)
    {
        const auto maxima = maximaOf(regions, words);
        context->save_for_backward({ regions, words, maxima.regions });
        return maxima.values;
    }

    static torch::autograd::tensor_list backward(
        torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto regions = saved[0].to(torch::kFloat).contiguous(), words = saved[1].to(torch::kFloat).contiguous();
        const auto gradient = gradients[0].to(torch::kFloat).contiguous();
        const auto count = regions.size(1), size = regions.size(2), texts = words.size(0);
        const auto* index = saved[2].data_ptr<std::int64_t>();
        auto toRegions = torch::zeros_like(regions), toWords = torch::zeros_like(words);
        std::mutex summing;
        at::parallel_for(0, regions.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
            std::vector<float> partial(std::size_t(texts * size));
            for (auto i = begin; i < end; ++i)
                for (std::int64_t t = 0; t < texts; ++t) {
                    const auto region = (i * count + index[i * texts + t]) * size;
                    const float scale = gradient.data_ptr<float>()[i * texts + t];
                    addScaled(toRegions.data_ptr<float>() + region, words.data_ptr<float>() + t * size, scale, size);
                    addScaled(partial.data() + t * size, regions.data_ptr<float>() + region, scale, size);
                }
            const std::lock_guard lock(summing);
            addScaled(toWords.data_ptr<float>(), partial.data(), 1, texts * size);
        });
        return { toRegions.to(saved[0].scalar_type()), toWords.to(saved[1].scalar_type()) };
    }
};

} // namespace

torch::Tensor maxSim(const torch::Tensor& regions, const torch::Tensor& words)
{
    if (regions.is_cpu())
        return MaxAlignment::apply(regions, words);
    return std::get<0>(torch::matmul(regions, words.t()).max(1)).to(torch::kFloat);
}

} // namespace wordsight::nn
