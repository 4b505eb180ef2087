#include "core/nn/formats/tensor_map.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/error.h"

namespace wordsight::nn {

torch::Tensor tensorNamed(
    const TensorMap& tensors, const std::string& name, torch::IntArrayRef shape, const std::string& source)
{
    const auto found = tensors.find(name);
    if (found == tensors.end())
        throw Error(ErrorKind::ModelMismatch, fmt::format("{} does not fit the network: {} is missing.", source, name));
    if (found->second.sizes() != shape)
        throw Error(ErrorKind::ModelMismatch,
            fmt::format("{} does not fit the network: {} has shape [{}], expected [{}].", source, name,
                fmt::join(found->second.sizes(), ", "), fmt::join(shape, ", ")));
    return found->second.to(torch::kFloat32);
}

void assignParameters(
    torch::nn::Module& module, const TensorMap& tensors, torch::Device device, const std::string& source)
{
    const torch::NoGradGuard frozen;
    const auto assign = [&](auto& named) {
        for (auto& item : named)
            item.value().set_data(tensorNamed(tensors, item.key(), item.value().sizes(), source).to(device));
    };
    auto parameters = module.named_parameters();
    auto buffers = module.named_buffers();
    assign(parameters);
    assign(buffers);
}

void replaceParameters(
    torch::nn::Module& module, const TensorMap& tensors, torch::Device device, const std::string& source)
{
    const torch::NoGradGuard frozen;
    auto parameters = module.named_parameters();
    for (const auto& [name, tensor] : tensors) {
        auto* parameter = parameters.find(name);
        if (parameter == nullptr)
            throw Error(
                ErrorKind::ModelMismatch, fmt::format("{} does not fit the network, which has no {}.", source, name));
        parameter->set_data(tensorNamed(tensors, name, parameter->sizes(), source).to(device));
    }
}

TensorMap tensorsBelow(const TensorMap& tensors, const std::string& prefix)
{
    TensorMap below;
    for (const auto& [name, tensor] : tensors)
        if (name.starts_with(prefix))
            below[name.substr(prefix.size())] = tensor;
    return below;
}

} // namespace wordsight::nn
