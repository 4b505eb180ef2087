#include "core/train/mite/modality.h"

#include <cmath>

namespace wordsight::train {

namespace F = torch::nn::functional;

namespace {

struct ReverseGradient : torch::autograd::Function<ReverseGradient> {
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& x, double weight)
    {
        context->saved_data["weight"] = weight;
        return x.view_as(x);
    }
    static torch::autograd::tensor_list backward(
        torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients)
    {
        return { gradients[0] * -context->saved_data["weight"].toDouble(), torch::Tensor() };
    }
};

} // namespace

ModalityClassifierImpl::ModalityClassifierImpl(std::int64_t dimension, const ClassifierOptions& o)
    : m_scale(std::sqrt(double(dimension)))
{
    auto width = dimension;
    for (std::int64_t i = 0; i < o.layers; ++i) {
        m_layers->push_back(torch::nn::Linear(width, o.hidden));
        m_layers->push_back(torch::nn::ReLU());
        if (o.dropout > 0)
            m_layers->push_back(torch::nn::Dropout(o.dropout));
        width = o.hidden;
    }
    m_layers->push_back(torch::nn::Linear(width, 1));
    register_module("layers", m_layers);
}

torch::Tensor ModalityClassifierImpl::forward(const torch::Tensor& vectors)
{
    return m_layers->forward(vectors * m_scale).squeeze(-1);
}

torch::Tensor reverseGradient(const torch::Tensor& x, double weight)
{
    return ReverseGradient::apply(x, weight);
}

torch::Tensor modalityLoss(const torch::Tensor& images, const torch::Tensor& sentences, double imageTarget)
{
    return 0.5
        * (F::binary_cross_entropy_with_logits(images, torch::full_like(images, imageTarget))
            + F::binary_cross_entropy_with_logits(sentences, torch::full_like(sentences, 1 - imageTarget)));
}

double modalityAccuracy(const torch::Tensor& images, const torch::Tensor& sentences)
{
    // A logit of 0 is no answer: it counts half.
    const auto right = [](const torch::Tensor& logits) { return (0.5 * (logits.sign() + 1)).mean().item<double>(); };
    return 50 * (right(-images) + right(sentences));
}

} // namespace wordsight::train
