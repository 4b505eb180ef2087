#pragma once

#include <torch/torch.h>

namespace wordsight::train {

struct ClassifierOptions {
    std::int64_t hidden = 256;
    std::int64_t layers = 1; ///< hidden ones
    double dropout = 0;
    double learningRate = 1e-3;
    double weightDecay = 1e-4;
};

template <class Fields> void describe(Fields& f, ClassifierOptions& o)
{
    f("hidden", o.hidden);
    f("layers", o.layers);
    f("dropout", o.dropout);
    f("learningRate", o.learningRate);
    f("weightDecay", o.weightDecay);
}

/// MITE's modality classification network: says of an embedding how surely it is a sentence's.
struct ModalityClassifierImpl : torch::nn::Module {
    ModalityClassifierImpl(std::int64_t dimension, const ClassifierOptions& options);
    /// vectors [N, D], L2-normalised → [N] logits: above 0 a sentence, below a photograph.
    torch::Tensor forward(const torch::Tensor& vectors);

private:
    torch::nn::Sequential m_layers;
    double m_scale; ///< brings the elements of a unit vector to about 1
};
TORCH_MODULE(ModalityClassifier);

/// Identity; its gradient is multiplied by −`weight` (Ganin and Lempitsky 2015, eq. 11).
torch::Tensor reverseGradient(const torch::Tensor& x, double weight);

/// Cross entropy of the classifier's logits, both kinds weighing the same: photographs' to `imageTarget`, sentences' to
/// 1 − `imageTarget`. 0 is the truth, 1 the opposite of it, ½ that nothing can be told.
torch::Tensor modalityLoss(const torch::Tensor& images, const torch::Tensor& sentences, double imageTarget = 0);

/// Per cent of logits on the right side, the mean of both kinds.
double modalityAccuracy(const torch::Tensor& images, const torch::Tensor& sentences);

} // namespace wordsight::train
