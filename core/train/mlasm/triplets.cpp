#include "core/train/mlasm/triplets.h"

#include "core/train/teran/losses.h"

namespace wordsight::train {

namespace {

nn::MlasmImpl::ImageOutput rowsOf(const nn::MlasmImpl::ImageOutput& images, const torch::Tensor& rows)
{
    return { images.regions.index_select(0, rows), images.global.index_select(0, rows),
        images.gram.index_select(0, rows) };
}

nn::MlasmImpl::TextOutput rowsOf(const nn::MlasmImpl::TextOutput& texts, const torch::Tensor& rows)
{
    return { texts.words.index_select(0, rows), texts.mask.index_select(0, rows) };
}

} // namespace

torch::Tensor tripletLoss(nn::Mlasm& network, const nn::MlasmImpl::ImageOutput& images,
    const nn::MlasmImpl::TextOutput& texts, const torch::Tensor& owner, double margin, bool maskSamePhoto)
{
    torch::Tensor hardestText, hardestImage;
    {
        const torch::NoGradGuard search;
        const auto spared = sparedPairs(owner, maskSamePhoto);
        const auto byText = network->scoreAll(images, texts).index_select(0, owner).masked_fill(spared, -1e9);
        hardestText = byText.argmax(1);
        hardestImage = owner.index_select(0, byText.argmax(0));
    }
    const auto own = torch::arange(owner.size(0), owner.options());
    const auto scores = network
                            ->scorePairs(rowsOf(images, torch::cat({ owner, owner, hardestImage })),
                                rowsOf(texts, torch::cat({ own, hardestText, own })))
                            .score.view({ 3, -1 });
    return (margin + scores.slice(0, 1) - scores[0]).clamp_min(0).sum();
}

} // namespace wordsight::train
