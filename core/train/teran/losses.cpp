#include "core/train/teran/losses.h"

#include <cmath>

#include "core/nn/shared/batched_pooling.h"

namespace wordsight::train {

torch::Tensor groundingLoss(
    const torch::Tensor& regions, const torch::Tensor& words, const GroundingBatch& phrases, const torch::Tensor& scale)
{
    if (phrases.image.size(0) == 0)
        return torch::zeros({}, regions.options().dtype(torch::kFloat));
    const auto query = torch::bmm(phrases.words.unsqueeze(1), words.index_select(0, phrases.text)); // [P, 1, D]
    const auto logits
        = torch::bmm(query, regions.index_select(0, phrases.image).transpose(1, 2)).squeeze(1).to(torch::kFloat);
    const auto mass = torch::log_softmax(logits * scale, 1) + phrases.coverage.clamp_min(1e-6).log();
    return -torch::logsumexp(mass, 1).mean();
}

MatchingLossImpl::MatchingLossImpl(const LossOptions& options)
    : m_options(options)
{
    m_wordsScale = register_parameter("words_scale", torch::full({}, std::log(options.wordsScale)));
    m_globalScale = register_parameter("global_scale", torch::full({}, std::log(options.globalScale)));
    m_groundingScale = register_parameter("grounding_scale", torch::full({}, std::log(options.groundingScale)));
}

torch::Tensor MatchingLossImpl::ranking(
    const torch::Tensor& scores, const torch::Tensor& scale, const torch::Tensor& owner) const
{
    if (m_options.kind == LossKind::Hinge)
        return hingeLoss(
            scores, owner, m_options.margin, m_options.negatives == Negatives::Hardest, m_options.maskSamePhoto);
    return contrastiveLoss(scores * scale, owner, m_options.maskSamePhoto, m_options.labelSmoothing);
}

LossValues MatchingLossImpl::forward(const nn::TeranImpl::ImageOutput& images, const nn::TeranImpl::TextOutput& texts,
    const torch::Tensor& mask, const torch::Tensor& owner, const GroundingBatch& phrases)
{
    const auto wordsScale = m_wordsScale.exp();
    const auto words = nn::poolAlignments(images.regions, texts, mask, m_options.pooling);
    torch::Tensor global;
    if (images.global.defined())
        global = torch::matmul(images.global, texts.global.t()).to(torch::kFloat);
    LossValues values;
    auto total = torch::zeros({}, words.options());
    const auto add = [&](double weight, torch::Tensor& part, auto&& term) {
        if (weight > 0)
            total = total + weight * (part = term());
    };
    add(m_options.combined, values.combined, [&] {
        if (!global.defined())
            return ranking(words, wordsScale, owner);
        if (m_options.globalWeight > 0)
            return ranking(words + m_options.globalWeight * global, wordsScale, owner);
        return ranking(words + (m_globalScale - m_wordsScale).exp() * global, wordsScale, owner);
    });
    add(m_options.words, values.words, [&] { return ranking(words, wordsScale, owner); });
    add(m_options.global, values.global, [&] { return ranking(global, m_globalScale.exp(), owner); });
    add(m_options.grounding, values.grounding,
        [&] { return groundingLoss(images.regions, texts.words, phrases, m_groundingScale.exp()); });
    values.total = total;
    return values;
}

double MatchingLossImpl::globalWeight(bool hasGlobal) const
{
    if (!hasGlobal)
        return 0;
    if (m_options.globalWeight > 0)
        return m_options.globalWeight;
    if (m_options.kind
        == LossKind::Hinge) // learns no temperature; with losses apart, the paper's score is the words' alone
        return m_options.words > 0 ? 0 : 1;
    return std::exp(m_globalScale.item<double>() - m_wordsScale.item<double>());
}

} // namespace wordsight::train
