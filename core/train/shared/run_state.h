#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

namespace wordsight::train {

/// Moving averages of parameters: average ← d · average + (1 − d) · parameter, d rising to `decay` over the first
/// steps.
class MovingAverage {
public:
    MovingAverage(std::vector<torch::Tensor> parameters, double decay);
    void update(std::int64_t step);
    /// Exchanges parameters and averages. Twice is as before. Nothing without a decay.
    void swap();
    std::vector<torch::Tensor>& averages() { return m_averages; }

private:
    std::vector<torch::Tensor> m_parameters;
    std::vector<torch::Tensor> m_averages;
    double m_decay;
};

/// All that a run needs to go on exactly where it stood. The order of the data follows from seed and step.
struct RunState {
    std::vector<std::shared_ptr<torch::nn::Module>> modules;
    std::vector<torch::optim::Optimizer*> optimizers;
    MovingAverage* average = nullptr;
    std::int64_t step = 0;
    double bestCriterion = -1;
    std::int64_t bestEpoch = 0;
    std::string more = "{}"; ///< what a system keeps besides, as JSON

    /// Atomically. Throws Error{Io}.
    void save(const std::filesystem::path& file, const std::string& configuration);
    /// Throws Error{UnreadableInput} if the file is damaged, Error{Usage} if it belongs to another configuration.
    void load(const std::filesystem::path& file, const std::string& configuration);
};

} // namespace wordsight::train
