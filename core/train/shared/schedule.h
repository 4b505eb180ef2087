#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <vector>

#include <torch/torch.h>

namespace wordsight::train {

/// Share of the learning rate at a step of `steps`: linear warm-up, then a cosine to 0.
inline double warmupThenCosine(std::int64_t step, std::int64_t steps, std::int64_t warmup)
{
    const double rise = warmup > 0 ? std::min(1.0, double(step + 1) / double(warmup)) : 1.0;
    return rise * 0.5 * (1 + std::cos(std::numbers::pi * double(step) / double(steps)));
}

/// Groups of parameters for AdamW, one after the other, each with its own rate and decay.
class ParameterGroups {
public:
    explicit ParameterGroups(double beta2)
        : m_beta2(beta2)
    {
    }

    void add(const std::vector<torch::Tensor>& parameters, double decay, double rate)
    {
        auto options = std::make_unique<torch::optim::AdamWOptions>(rate);
        options->weight_decay(decay).betas({ 0.9, m_beta2 });
        m_parameters.insert(m_parameters.end(), parameters.begin(), parameters.end());
        m_rates.push_back(rate);
        m_groups.emplace_back(parameters, std::move(options));
    }

    /// The matrices of `modules` decay, their vectors and scalars do not.
    void add(const std::vector<std::shared_ptr<torch::nn::Module>>& modules, double decay, double rate)
    {
        std::vector<torch::Tensor> matrices, vectors;
        for (const auto& module : modules)
            for (const auto& parameter : module->parameters())
                (parameter.dim() > 1 ? matrices : vectors).push_back(parameter);
        add(matrices, decay, rate);
        add(vectors, 0, rate);
    }

    /// Call once, after the last add().
    std::unique_ptr<torch::optim::AdamW> optimizer()
    {
        return std::make_unique<torch::optim::AdamW>(std::move(m_groups), torch::optim::AdamWOptions(m_rates.front()));
    }

    void setShare(torch::optim::Optimizer& optimizer, double share) const
    {
        for (std::size_t g = 0; g < m_rates.size(); ++g)
            optimizer.param_groups()[g].options().set_lr(m_rates[g] * share);
    }

    const std::vector<torch::Tensor>& parameters() const { return m_parameters; }

private:
    double m_beta2;
    std::vector<torch::Tensor> m_parameters;
    std::vector<double> m_rates;
    std::vector<torch::optim::OptimizerParamGroup> m_groups;
};

} // namespace wordsight::train
