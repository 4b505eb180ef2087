#include "core/train/shared/ranking_losses.h"

namespace wordsight::train {

namespace F = torch::nn::functional;

torch::Tensor sparedPairs(const torch::Tensor& owner, bool samePhoto)
{
    if (samePhoto)
        return owner.unsqueeze(0) == owner.unsqueeze(1);
    return torch::eye(owner.size(0), owner.options().dtype(torch::kBool));
}

torch::Tensor contrastiveLoss(
    const torch::Tensor& scores, const torch::Tensor& owner, bool maskSamePhoto, double labelSmoothing)
{
    const auto textToImage
        = F::cross_entropy(scores.t(), owner, F::CrossEntropyFuncOptions().label_smoothing(labelSmoothing));
    const auto byText = scores.index_select(0, owner); // [T, T]: the image of each text against all texts
    const auto own = byText.diagonal();
    const auto wrong = torch::logsumexp(byText.masked_fill(sparedPairs(owner, maskSamePhoto), -1e9), 1);
    const auto imageToText = (torch::logaddexp(own, wrong) - own).mean();
    return 0.5 * (textToImage + imageToText);
}

torch::Tensor hingeLoss(
    const torch::Tensor& scores, const torch::Tensor& owner, double margin, bool hardest, bool maskSamePhoto)
{
    const auto byText = scores.index_select(0, owner); // [T, T]
    const auto own = byText.diagonal();
    const auto spared = sparedPairs(owner, maskSamePhoto);
    const auto texts = (margin + byText - own.unsqueeze(1)).clamp_min(0).masked_fill(spared, 0);
    const auto images = (margin + byText - own.unsqueeze(0)).clamp_min(0).masked_fill(spared, 0);
    if (!hardest)
        return texts.sum() + images.sum();
    return std::get<0>(texts.max(1)).sum()
        + std::get<0>(images.max(0)).sum(); // of equals one gets the gradient, not each a part
}

} // namespace wordsight::train
